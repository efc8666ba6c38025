/** From where this person looks: the scene's camera, and their own orbit and zoom on top. */

import { MathUtils, PerspectiveCamera } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { position } from "./directions.js";

/** @import { Camera } from "./document.js" */

const NEAREST = 4;
const FARTHEST = 100;
/** Shares of the distance; below it a view counts as where the scene's camera put it. */
const MOVED_TOLERANCE = 1e-3;

export class View {
  camera = new PerspectiveCamera();
  #controls;
  #smooth;
  /** Where the scene's camera stands, while `camera` is the person's. */
  #home = new PerspectiveCamera();

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{ smooth: boolean, changed: () => void }} options smooth: a drag fades out
   */
  constructor(canvas, { smooth, changed }) {
    this.#smooth = smooth;
    this.#controls = new OrbitControls(this.camera, canvas);
    this.#controls.enablePan = false;
    this.#controls.enableDamping = smooth;
    this.#controls.addEventListener("change", changed);
  }

  /** Whether the person has moved the view away from the scene's camera. */
  get moved() {
    const home = this.#controls.position0;
    return this.camera.position.distanceTo(home) > MOVED_TOLERANCE * home.length();
  }

  /** @param {Camera} camera drops the person's own orbit */
  show(camera) {
    this.#halt();
    this.#controls.minDistance = Math.min(NEAREST, camera.distance);
    this.#controls.maxDistance = Math.max(FARTHEST, camera.distance);
    this.camera.fov = camera.fovDegrees;
    this.camera.updateProjectionMatrix();
    this.camera.position.copy(position(camera));
    this.#controls.saveState();
    this.#controls.update();
    this.#home.copy(this.camera);
  }

  /**
   * @param {number} aspect width by height
   * @returns {PerspectiveCamera} the scene's own camera, without the person's orbit
   */
  homeCamera(aspect) {
    const camera = this.#home.clone();
    camera.aspect = aspect;
    camera.updateProjectionMatrix();
    return camera;
  }

  reset() {
    this.#halt();
    this.#controls.reset();
  }

  /**
   * @param {number} rightDegrees how far the viewer walks round the model to their right
   * @param {number} upDegrees
   */
  orbit(rightDegrees, upDegrees) {
    this.#halt();
    this.#controls.rotateLeft(-MathUtils.degToRad(rightDegrees));
    this.#controls.rotateUp(MathUtils.degToRad(upDegrees));
    this.#halt();
  }

  /** @param {number} factor above 1: nearer */
  zoom(factor) {
    this.#halt();
    this.#controls.dollyIn(1 / factor);
  }

  /** @param {number} aspect width by height */
  resize(aspect) {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
  }

  /** Takes a fading drag one frame on; `changed` is called while it lasts. */
  advance() {
    this.#controls.update();
  }

  dispose() {
    this.#controls.dispose();
  }

  /** OrbitControls forgets the rest of a fading drag only in an update without damping. */
  #halt() {
    this.#controls.enableDamping = false;
    this.#controls.update();
    this.#controls.enableDamping = this.#smooth;
  }
}
