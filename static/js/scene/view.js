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
import { position } from "./directions.js";
import { FRAMES_LAYER } from "./studio_light.js";

/**
 * @import { Object3D } from "three"
 * @import { Camera } from "../document/schema.js"
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

/** Distances from what is looked at. */
const NEAREST = 0.5;
const FARTHEST = 100;
/** Within this distance of the surface one looks at a part of it, and no longer at the whole. */
const CLOSE = 12;
/** How far from the middle of the scene the point that is looked at may be moved, along each axis. */
const PAN_LIMIT = 50;
/** Of how far away a thing is: the share within which it still counts as as far away. */
const SAME_DISTANCE = 0.02;

const NEAR = 0.1;
/** The near plane, as a share of the distance where that is shorter. */
const NEAR_SHARE = 0.05;
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
  /** Where the scene's camera stands, while `camera` is the person's. */
  #home = new PerspectiveCamera();
  #lookingAt = new Vector3();
  /** Where on the screen the person points, from -1 to 1 to the right and up. */
  #pointer = new Vector2();
  #raycaster = new Raycaster();
  #advancedAtMs = 0;
  #atRest = true;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ViewOptions} options
   */
  constructor(canvas, { smooth, surface, changed }) {
    this.#canvas = canvas;
    this.#surface = surface;
    this.#changed = changed;
    this.#smooth = smooth;
    // Before the controls', which would change the angle of view instead.
    canvas.addEventListener("wheel", this.#pinched, { capture: true, passive: false });
    canvas.addEventListener("wheel", this.#turned, { capture: true, passive: true });
    canvas.addEventListener("pointerdown", this.#pointed, { capture: true });
    this.#controls = new CameraControls(this.camera, canvas);
    this.#controls.dollyToCursor = true;
    this.#controls.smoothTime = smooth ? SMOOTH_SECONDS : 0;
    this.#controls.draggingSmoothTime = smooth ? SMOOTH_SECONDS_WHILE_DRAGGING : 0;
    const limit = new Vector3(PAN_LIMIT, PAN_LIMIT, PAN_LIMIT);
    this.#controls.setBoundary(new Box3(limit.clone().negate(), limit));
    this.#controls.addEventListener("controlstart", () => this.#dragStarted());
    this.#controls.addEventListener("control", changed);
  }

  /** Whether the person has moved the view away from the scene's camera. */
  get moved() {
    const { position, quaternion } = this.#home;
    return (
      this.camera.position.distanceTo(position) > MOVED_TOLERANCE * position.length() ||
      this.camera.quaternion.angleTo(quaternion) > MOVED_TOLERANCE
    );
  }

  /** @param {Camera} camera drops the person's own orbit, zoom and pan */
  show(camera) {
    this.#controls.minDistance = Math.min(NEAREST, camera.distance);
    this.#controls.maxDistance = Math.max(FARTHEST, camera.distance);
    this.camera.fov = camera.fovDegrees;
    const { x, y, z } = position(camera);
    this.#controls.setLookAt(x, y, z, 0, 0, 0);
    this.#controls.saveState();
    this.#controls.update(0);
    this.#fitNearPlane();
    this.#home.copy(this.camera);
    this.#home.near = NEAR;
    this.#home.layers.disableAll();
    this.#home.layers.enable(0);
  }

  /** @param {boolean} shown whether this person sees the frames of the lights */
  showFrames(shown) {
    if (shown) this.camera.layers.enable(FRAMES_LAYER);
    else this.camera.layers.disable(FRAMES_LAYER);
    this.#changed();
  }

  /**
   * @param {number} aspect width by height
   * @returns {PerspectiveCamera} the scene's own camera, without what the person has set for theirs
   */
  homeCamera(aspect) {
    const camera = this.#home.clone();
    camera.aspect = aspect;
    camera.updateProjectionMatrix();
    return camera;
  }

  reset() {
    this.#controls.reset(false);
    this.#changed();
  }

  /**
   * @param {number} rightDegrees how far the viewer walks round what they look at, to their right
   * @param {number} upDegrees
   */
  orbit(rightDegrees, upDegrees) {
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
    this.#settle();
    const { distance } = this.#controls;
    const seen = 2 * distance * Math.tan(MathUtils.degToRad(this.camera.fov) / 2);
    this.#controls.truck(right * seen, -up * seen, false);
    this.#changed();
  }

  /** @param {number} factor above 1: nearer to what is in the middle */
  zoom(factor) {
    this.#settle();
    this.#aimAtSurface(new Vector2());
    this.#controls.dollyTo(this.#controls.distance / factor, false);
    this.#changed();
  }

  /** @param {number} aspect width by height */
  resize(aspect) {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
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
    this.#fitNearPlane();
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

  /** Near enough not to cut what is looked at closely, and no nearer: depths grow coarse by it. */
  #fitNearPlane() {
    const near = Math.min(NEAR, NEAR_SHARE * this.#controls.distance);
    this.camera.near = near;
    this.camera.updateProjectionMatrix();
  }

  #pointed = (/** @type {MouseEvent} */ event) => {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    this.#pointer.set(
      (2 * (event.clientX - left)) / width - 1,
      1 - (2 * (event.clientY - top)) / height,
    );
  };

  #turned = (/** @type {WheelEvent} */ event) => {
    this.#pointed(event);
    if (event.deltaY < 0) this.#aimAtSurface(this.#pointer);
  };

  #pinched = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
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
    const [hit] = this.#raycaster.intersectObject(this.#surface);
    if (!hit || hit.distance > CLOSE) return;
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
