/** From where this person looks: the scene's camera, and their own orbit, zoom and pan on top. */

import CameraControls from "camera-controls";
import {
  Box3,
  MathUtils,
  Matrix4,
  PerspectiveCamera,
  Quaternion,
  Raycaster,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import { EDITING_LAYER } from "./editing/layer.js";
import { fovFor, placeAtHome } from "./home_camera.js";
import { FRAMES_LAYER } from "./lights/light_frame.js";
import { isSeen } from "./picking.js";

/**
 * @import { Object3D } from "three"
 * @import { PersonsView, ViewCamera } from "../net/messages.js"
 * @import { Home } from "./home_camera.js"
 *
 * @typedef {object} ViewOptions
 * @property {boolean} smooth whether a movement fades out
 * @property {Object3D} surface what can be looked at closely
 * @property {() => void} changed the view moves, or will with the next frame
 */

CameraControls.install({
  THREE: {
    Box3,
    Matrix4,
    Quaternion,
    Raycaster,
    Sphere,
    Spherical,
    Vector2,
    Vector3,
    Vector4,
  },
});
const { ACTION } = CameraControls;

/** How near one comes to what is looked at: in meters, and of how far the scene's camera is. */
const NEAREST = 0.05;
const NEAREST_SHARE = 1 / 64;
/** How far one goes from it, and it from the middle of the scene, of how far the scene reaches. */
const FARTHEST_SHARE = 3;
const PAN_SHARE = 1.5;
/** Of how far the scene's camera is: nearer to a surface one looks at a part of it, not the whole. */
const CLOSE_SHARE = 0.375;
/** Of how far away a thing is: the share within which it still counts as as far away. */
const SAME_DISTANCE = 0.02;

const SMOOTH_SECONDS = 0.2;
const SMOOTH_SECONDS_WHILE_DRAGGING = 0.06;
/** The first frame after a rest, and the longest one that a movement may take for one step. */
const FRAME_SECONDS = 1 / 60;
const LONGEST_FRAME_SECONDS = 0.1;
/** What browsers report for the pinch of a trackpad is a wheel that turns this much finer. */
const PINCH_PER_UNIT = 0.01;
/** Shares of the distance, and radians; below, a view counts as where the scene's camera put it. */
const MOVED_TOLERANCE = 1e-3;

export class View {
  camera = new PerspectiveCamera();
  #canvas;
  #surface;
  #changed;
  #controls;
  #smooth;
  /** Where the scene's camera stands, while `camera` is the person's. @type {Home | null} */
  #home = null;
  #homeCamera = new PerspectiveCamera();
  #lookingAt = new Vector3();
  /** Where on the screen the person points, from -1 to 1 to the right and up. */
  #pointer = new Vector2();
  #picked = new Vector2();
  #raycaster = new Raycaster();
  #advancedAtMs = 0;
  #atRest = true;
  /** Whether it follows the scene's camera no more. */
  #isHeld = false;
  /** Told whenever this page's person moves it. @type {() => void} */
  #moving = () => {};

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ViewOptions} options
   */
  constructor(canvas, { smooth, surface, changed }) {
    this.#canvas = canvas;
    this.#surface = surface;
    this.#changed = changed;
    this.#smooth = smooth;
    this.camera.layers.enable(EDITING_LAYER);
    // Before the controls', which would change the angle of view instead.
    canvas.addEventListener("wheel", this.#pinched, { capture: true, passive: false });
    canvas.addEventListener("wheel", this.#turned, { capture: true, passive: true });
    canvas.addEventListener("pointerdown", this.#pointed, { capture: true });
    this.#controls = new CameraControls(this.camera, canvas);
    this.#controls.dollyToCursor = true;
    this.#controls.smoothTime = smooth ? SMOOTH_SECONDS : 0;
    this.#controls.draggingSmoothTime = smooth ? SMOOTH_SECONDS_WHILE_DRAGGING : 0;
    this.#controls.addEventListener("controlstart", () => this.#dragStarted());
    this.#controls.addEventListener("control", () => {
      this.#moving();
      changed();
    });
  }

  /** Whether the person has moved the view away from the scene's camera. */
  get moved() {
    if (this.#home === null) return false;
    const { position, quaternion } = this.#homeCamera;
    const tolerance = MOVED_TOLERANCE * this.#homeDistance;
    return (
      this.camera.position.distanceTo(position) > tolerance ||
      this.camera.quaternion.angleTo(quaternion) > MOVED_TOLERANCE
    );
  }

  /**
   * Follows the scene's camera, unless the person has moved away from it.
   *
   * @param {Home} home
   * @param {Sphere} around all that is in the scene
   */
  show(home, around) {
    const before = this.#home;
    const stays = this.#isHeld || this.moved || (before !== null && isSame(before, home));
    this.#home = home;
    placeAtHome(this.#homeCamera, home, this.camera.aspect);
    this.#limit(around);
    if (!this.#isHeld) this.#fitFov();
    if (!stays) this.#goHome();
  }

  /** @param {boolean} shown whether this person sees the frames of the lights */
  showFrames(shown) {
    if (shown) this.camera.layers.enable(FRAMES_LAYER);
    else this.camera.layers.disable(FRAMES_LAYER);
    this.#changed();
  }

  get showsFrames() {
    return this.camera.layers.isEnabled(FRAMES_LAYER);
  }

  /**
   * @param {number} aspect width by height, of a picture from where the person looks
   * @returns {ViewCamera}
   */
  seen(aspect) {
    const { position, fov } = this.camera;
    const aim = this.#controls.getTarget(new Vector3());
    return {
      position: position.toArray(),
      aim: aim.toArray(),
      fov: this.#home === null ? fov : fovFor(this.#home, aspect),
    };
  }

  /** From where the person looks, or will once a movement has faded out. @returns {PersonsView} */
  get place() {
    const position = this.#controls.getPosition(new Vector3()).toArray();
    return { position, aim: this.#controls.getTarget(new Vector3()).toArray() };
  }

  /**
   * Goes to where somebody else looks from, unless that is farther away than one may go.
   *
   * @param {PersonsView} place
   */
  lookFrom({ position, aim }) {
    const distance = new Vector3(...position).distanceTo(new Vector3(...aim));
    const { minDistance, maxDistance } = this.#controls;
    if (distance < minDistance / 2 || distance > 2 * maxDistance) return;
    void this.#controls.setLookAt(...position, ...aim, this.#smooth);
    this.#changed();
  }

  /** @param {() => void} moving called whenever this page's person moves the view, and nobody else */
  watch(moving) {
    this.#moving = moving;
  }

  /** @param {boolean} may whether drags turn and move the view */
  mayBeDragged(may) {
    this.#controls.enabled = may;
  }

  /** Stays as it is wherever the scene's camera goes, until it is reset. */
  hold() {
    this.#isHeld = true;
  }

  reset() {
    this.#moving();
    this.#isHeld = false;
    this.#fitFov();
    this.#goHome();
    this.#changed();
  }

  /** @param {Sphere} around what is to fill the view, seen from the same side */
  frame(around) {
    this.#moving();
    this.#settle();
    void this.#controls.fitToSphere(around, this.#smooth);
    this.#changed();
  }

  /**
   * @param {{ clientX: number, clientY: number }} place
   * @returns {Raycaster} through it, until the next call
   */
  rayAt(place) {
    this.camera.updateMatrixWorld();
    this.#raycaster.setFromCamera(this.pointAt(place, this.#picked), this.camera);
    return this.#raycaster;
  }

  /**
   * @param {{ clientX: number, clientY: number }} place
   * @param {Vector2} into
   * @returns {Vector2} where that is, from -1 to 1 to the right and up
   */
  pointAt({ clientX, clientY }, into) {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return into.set((2 * (clientX - left)) / width - 1, 1 - (2 * (clientY - top)) / height);
  }

  /**
   * @param {number} rightDegrees how far the viewer walks round what they look at, to their right
   * @param {number} upDegrees
   */
  orbit(rightDegrees, upDegrees) {
    this.#moving();
    this.#settle();
    this.#controls.rotate(MathUtils.degToRad(rightDegrees), -MathUtils.degToRad(upDegrees), false);
    this.#changed();
  }

  /**
   * @param {number} right how far the viewer steps aside, as a share of what they see from top to
   *   bottom
   * @param {number} up
   */
  pan(right, up) {
    this.#moving();
    this.#settle();
    const { distance } = this.#controls;
    const seen = 2 * distance * Math.tan(MathUtils.degToRad(this.camera.fov) / 2);
    this.#controls.truck(right * seen, -up * seen, false);
    this.#changed();
  }

  /** @param {number} factor above 1: nearer to what is in the middle */
  zoom(factor) {
    this.#moving();
    this.#settle();
    this.#aimAtSurface(new Vector2());
    this.#controls.dollyTo(this.#controls.distance / factor, false);
    this.#changed();
  }

  /** @param {number} aspect width by height */
  resize(aspect) {
    this.camera.aspect = aspect;
    this.#fitFov();
  }

  /**
   * Takes a movement one frame on.
   *
   * @param {number} nowMs
   * @returns {boolean} whether it moved, and so needs one more frame
   */
  advance(nowMs) {
    const passedSeconds = (nowMs - this.#advancedAtMs) / 1000;
    const frame = this.#atRest ? FRAME_SECONDS : Math.min(passedSeconds, LONGEST_FRAME_SECONDS);
    this.#advancedAtMs = nowMs;
    this.#atRest = !this.#controls.update(Math.max(frame, Number.EPSILON));
    return !this.#atRest;
  }

  dispose() {
    this.#canvas.removeEventListener("wheel", this.#pinched, { capture: true });
    this.#canvas.removeEventListener("wheel", this.#turned, { capture: true });
    this.#canvas.removeEventListener("pointerdown", this.#pointed, { capture: true });
    this.#controls.dispose();
  }

  /** Ends what is still fading out where it would have ended. */
  #settle() {
    this.#controls.stop();
    this.#controls.update(0);
  }

  get #homeDistance() {
    return this.#home === null ? 0 : this.#home.position.distanceTo(this.#home.aim);
  }

  #goHome() {
    if (this.#home === null) return;
    const { position, aim } = this.#home;
    this.#controls.setLookAt(...position.toArray(), ...aim.toArray(), false);
    this.#controls.update(0);
  }

  /** @param {Sphere} around what can be looked at */
  #limit({ center, radius }) {
    const { position } = /** @type {Home} */ (this.#home);
    const away = this.#homeDistance;
    const reach = Math.max(away, position.distanceTo(center) + radius);
    const controls = this.#controls;
    controls.minDistance = Math.min(NEAREST, NEAREST_SHARE * away);
    // Who is farther already stays there.
    controls.maxDistance = Math.max(FARTHEST_SHARE * reach, controls.distance);
    const half = new Vector3().setScalar(PAN_SHARE * reach);
    const limit = new Box3(center.clone().sub(half), center.clone().add(half));
    controls.setBoundary(limit.expandByPoint(controls.getTarget(new Vector3())));
  }

  #fitFov() {
    if (this.#home !== null) this.camera.fov = fovFor(this.#home, this.camera.aspect);
    this.camera.updateProjectionMatrix();
  }

  #pointed = (/** @type {MouseEvent} */ event) => {
    this.pointAt(event, this.#pointer);
  };

  #turned = (/** @type {WheelEvent} */ event) => {
    this.#pointed(event);
    if (event.deltaY < 0) this.#aimAtSurface(this.#pointer);
  };

  #pinched = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#moving();
    this.#turned(event);
    const nearer = Math.exp(-PINCH_PER_UNIT * event.deltaY);
    this.#controls.dollyTo(this.#controls.distance / nearer, this.#smooth);
    this.#changed();
  };

  #dragStarted() {
    const zooms = ACTION.DOLLY | ACTION.TOUCH_DOLLY_TRUCK;
    if (this.#controls.currentAction & zooms) this.#aimAtSurface(this.#pointer);
  }

  /**
   * Looks at the same picture as before, but as at a point as far away as the surface there is:
   * zooming then ends before the surface, not in what lies behind it, and turning turns about it.
   *
   * @param {Vector2} where from -1 to 1, to the right and up
   */
  #aimAtSurface(where) {
    this.camera.updateMatrixWorld();
    this.#raycaster.setFromCamera(where, this.camera);
    const hit = this.#raycaster.intersectObject(this.#surface).find(isSeen);
    if (!hit || hit.distance > CLOSE_SHARE * this.#homeDistance) return;
    const ahead = this.camera.getWorldDirection(this.#lookingAt);
    const depth = hit.point.clone().sub(this.camera.position).dot(ahead);
    const { distance } = this.#controls;
    if (depth < this.#controls.minDistance) return;
    if (Math.abs(depth - distance) < SAME_DISTANCE * distance) return;
    const from = this.camera.position;
    const at = ahead.multiplyScalar(depth).add(from);
    this.#controls.setLookAt(from.x, from.y, from.z, at.x, at.y, at.z, false);
  }
}

/**
 * @param {Home} one
 * @param {Home} other
 */
const isSame = (one, other) => one.position.equals(other.position) && one.aim.equals(other.aim);
