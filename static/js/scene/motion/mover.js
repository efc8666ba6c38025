/** One object that moves: how it is placed, turned and sized at any moment. */

import { CatmullRomCurve3, Euler, MathUtils, Quaternion, Vector3 } from "three";
import { Keyframes } from "./keyframes.js";
import { eased, progressOf, untilMoves } from "./progress.js";

/**
 * @import { Entity, Motion } from "../../document/schema.js"
 * @import { Moment } from "./progress.js"
 *
 * @typedef {object} Pose in the parent's space
 * @property {Vector3} position
 * @property {Quaternion} quaternion
 * @property {Vector3} scale
 */

const ORIGIN = /** @type {[number, number, number]} */ ([0, 0, 0]);
const UP = /** @type {[number, number, number]} */ ([0, 1, 0]);
const UPRIGHT = 1e-6;

// Of one call at a time.
const turn = new Quaternion();
const offset = new Vector3();
const turned = new Vector3();
const angles = new Euler(0, 0, 0, "YXZ");

export class Mover {
  #motions;
  #rest = { position: new Vector3(), quaternion: new Quaternion(), scale: new Vector3(1, 1, 1) };
  #rotation;
  /** @type {CatmullRomCurve3 | null} */
  #path = null;
  /** @type {Keyframes | null} */
  #keyframes = null;
  /** From what is orbited to this object at rest, in the parent's space. */
  #arm = new Vector3();

  /** @param {Entity} entity that has an animation */
  constructor(entity) {
    const { animation = {}, position, rotation = ORIGIN } = entity;
    this.#motions = animation;
    this.#rotation = rotation;
    this.#rest.position.set(...position);
    this.#rest.quaternion.setFromEuler(eulerOf(rotation));
    if (animation.path) this.#path = curveOf(position, animation.path);
    if (animation.keyframes) {
      const { frames = [], easing } = animation.keyframes;
      this.#keyframes = new Keyframes(entity, frames, easing);
    }
  }

  /** The id or the point of the world that it goes round; null where it does not. */
  get around() {
    return this.#motions.orbit ? (this.#motions.orbit.around ?? ORIGIN) : null;
  }

  /**
   * To be called with everything at rest.
   *
   * @param {Vector3} center what it goes round, in its parent's space
   */
  setCenter(center) {
    this.#arm.subVectors(this.#rest.position, center);
  }

  /**
   * @param {Moment} moment
   * @returns {number} seconds until it moves: 0 while it does, Infinity if never again
   */
  untilMoves(moment) {
    return Math.min(
      ...Object.values(this.#motions).map((motion) => untilMoves(motion, moment(motion))),
    );
  }

  /** @param {Pose} pose to be set to that at rest */
  rest(pose) {
    pose.position.copy(this.#rest.position);
    pose.quaternion.copy(this.#rest.quaternion);
    pose.scale.copy(this.#rest.scale);
  }

  /**
   * @param {Moment} moment
   * @param {Vector3} center what it goes round, in its parent's space, at that moment
   * @param {Pose} pose to be set
   */
  pose(moment, center, pose) {
    const { keyframes, path, orbit, float, bounce, spin, sway, pulse } = this.#motions;
    this.rest(pose);
    if (keyframes) this.#frame(pose, keyframes, moment(keyframes));
    if (path) this.#follow(pose, path, moment(path));
    if (orbit) this.#circle(pose, orbit, moment(orbit), center);
    if (float) lift(pose, float, (1 - Math.cos(2 * Math.PI * shareOf(float, moment))) / 2);
    if (bounce) {
      const share = shareOf(bounce, moment);
      lift(pose, bounce, 4 * share * (1 - share));
    }
    if (spin) turnBy(pose, spin, turnsOf(spin, moment(spin)));
    if (sway) turnBy(pose, sway, Math.sin(2 * Math.PI * shareOf(sway, moment)));
    if (pulse) {
      const wave = (1 - Math.cos(2 * Math.PI * shareOf(pulse, moment))) / 2;
      grow(pose, pulse, 1 + (pulse.amount ?? 0) * wave);
    }
  }

  /**
   * @param {Pose} pose
   * @param {Motion} motion
   * @param {number} elapsed
   */
  #frame(pose, motion, elapsed) {
    const { period, loop, pivot = ORIGIN } = motion;
    const { share } = progressOf(motion, elapsed);
    const seconds = loop === "back_and_forth" ? period / 2 : period;
    const { position, rotation, scale } = this.#keyframes?.at(share * seconds) ?? NOTHING;
    if (position !== null) pose.position.fromArray(position);
    offset.set(...pivot).applyQuaternion(pose.quaternion);
    pose.position.add(offset);
    if (rotation !== null) pose.quaternion.setFromEuler(eulerOf(rotation));
    pose.scale.multiplyScalar(scale);
    offset
      .set(...pivot)
      .multiplyScalar(scale)
      .applyQuaternion(pose.quaternion);
    pose.position.sub(offset);
  }

  /**
   * @param {Pose} pose
   * @param {Motion} motion
   * @param {number} elapsed
   */
  #follow(pose, motion, elapsed) {
    if (this.#path === null) return;
    const { share, isBack } = progressOf(motion, elapsed);
    const at = eased(motion.easing, share);
    this.#path.getPointAt(at, pose.position);
    if (motion.turns === false) return;
    const ahead = this.#path.getTangentAt(at, turned);
    if (Math.hypot(ahead.x, ahead.z) < UPRIGHT) return;
    const yaw = Math.atan2(ahead.x, ahead.z) + (isBack ? Math.PI : 0);
    const [pitch = 0, , roll = 0] = this.#rotation;
    angles.set(MathUtils.degToRad(pitch), yaw, MathUtils.degToRad(roll));
    pose.quaternion.setFromEuler(angles);
  }

  /**
   * @param {Pose} pose
   * @param {Motion} motion
   * @param {number} elapsed
   * @param {Vector3} center
   */
  #circle(pose, motion, elapsed, center) {
    const angle = MathUtils.degToRad((motion.amount ?? 0) * turnsOf(motion, elapsed));
    turn.setFromAxisAngle(offset.set(...(motion.axis ?? UP)).normalize(), angle);
    turned.copy(this.#arm).applyQuaternion(turn).add(center);
    pose.position.add(turned.sub(this.#rest.position));
    if (motion.turns !== false) pose.quaternion.premultiply(turn);
  }
}

const NOTHING = { position: null, rotation: null, scale: 1 };

/**
 * @param {Motion} motion
 * @param {Moment} moment
 */
const shareOf = (motion, moment) => eased(motion.easing, progressOf(motion, moment(motion)).share);

/**
 * @param {Motion} motion
 * @param {number} elapsed
 * @returns {number} how many cycles it has turned on, which never jumps back
 */
function turnsOf(motion, elapsed) {
  const { cycles, share } = progressOf(motion, elapsed);
  return cycles + eased(motion.easing, share);
}

/**
 * @param {Pose} pose
 * @param {Motion} motion
 * @param {number} share of its amount
 */
function lift(pose, { axis = UP, amount = 0 }, share) {
  offset.set(...axis).normalize();
  pose.position.addScaledVector(offset, amount * share);
}

/**
 * About its pivot, along its own axes.
 *
 * @param {Pose} pose
 * @param {Motion} motion
 * @param {number} share of its amount
 */
function turnBy(pose, { axis = UP, amount = 0, pivot = ORIGIN }, share) {
  turn.setFromAxisAngle(offset.set(...axis).normalize(), MathUtils.degToRad(amount * share));
  turned.set(...pivot).applyQuaternion(turn);
  offset.set(...pivot).sub(turned);
  pose.position.add(offset.multiply(pose.scale).applyQuaternion(pose.quaternion));
  pose.quaternion.multiply(turn);
}

/**
 * @param {Pose} pose
 * @param {Motion} motion
 * @param {number} factor
 */
function grow(pose, { pivot = ORIGIN }, factor) {
  offset.set(...pivot).multiplyScalar(1 - factor);
  pose.position.add(offset.multiply(pose.scale).applyQuaternion(pose.quaternion));
  pose.scale.multiplyScalar(factor);
}

/** @param {readonly number[]} degrees pitch, yaw and roll */
function eulerOf([pitch = 0, yaw = 0, roll = 0]) {
  const [x, y, z] = [pitch, yaw, roll].map(MathUtils.degToRad);
  return angles.set(x ?? 0, y ?? 0, z ?? 0);
}

/**
 * @param {[number, number, number]} from
 * @param {Motion} motion
 */
function curveOf(from, { points = [], loop = "repeat", times = 0 }) {
  const stops = [from, ...points].map((point) => new Vector3(...point));
  return new CatmullRomCurve3(stops, loop === "repeat" && times !== 1, "centripetal");
}
