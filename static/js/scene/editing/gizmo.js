/** The handles by which what is selected is moved, turned and sized. */

import { Group, MathUtils, Object3D, Quaternion, Vector2, Vector3 } from "three";
import { TransformControls } from "three/addons/controls/TransformControls.js";
import { EDITING_LAYER } from "./layer.js";

/**
 * @import { PerspectiveCamera } from "three"
 * @import { Mode } from "./held.js"
 *
 * @typedef {object} GizmoOptions
 * @property {PerspectiveCamera} camera of this page's person
 * @property {() => void} changed it is drawn otherwise
 * @property {() => void} dragged it stands elsewhere than when it was pressed
 */

const MODES = /** @type {const} */ ({ move: "translate", turn: "rotate", size: "scale" });
const COLORS = /** @type {const} */ (["#f2545b", "#5bb974", "#4c8dff", "#ffd23f"]);
const SNAP_TURN = MathUtils.degToRad(15);
const SNAP_FACTOR = 0.1;
/** Where a finger is wider than a pointer, so are the handles. */
const SIZES = { fine: 0.9, coarse: 1.15 };
/** Of a picture's width by its height, for what of it they shrink. */
const NARROWEST = 0.7;

export class Gizmo extends Group {
  #controls;
  #pivot = new Object3D();
  #start = new Object3D();
  #camera;
  #size = matchMedia("(pointer: coarse)").matches ? SIZES.coarse : SIZES.fine;
  /** @type {Mode} */
  #mode = "move";

  /** @param {GizmoOptions} options */
  constructor({ camera, changed, dragged }) {
    super();
    this.#camera = camera;
    // Its own listeners would take each press on the canvas.
    this.#controls = new TransformControls(camera);
    const handles = this.#controls.getHelper();
    handles.traverse((each) => each.layers.set(EDITING_LAYER));
    this.#controls.getRaycaster().layers.set(EDITING_LAYER);
    this.#controls.setColors(...COLORS);
    this.#controls.showXYZE = false;
    this.#controls.addEventListener("change", changed);
    this.#controls.addEventListener("objectChange", dragged);
    this.add(this.#pivot, handles);
  }

  get isDragging() {
    return this.#controls.dragging;
  }

  get mode() {
    return this.#mode;
  }

  /**
   * @param {Mode} mode
   * @param {Vector3} at in the world
   * @param {Quaternion} turn of what is sized
   * @param {boolean} isFlat whether it has a width and a height alone
   */
  show(mode, at, turn, isFlat) {
    const [controls, pivot] = [this.#controls, this.#pivot];
    this.#mode = mode;
    pivot.position.copy(at);
    pivot.quaternion.copy(mode === "size" ? turn : IDENTITY);
    pivot.scale.set(1, 1, 1);
    controls.setMode(MODES[mode]);
    // They are as large as the picture is high.
    controls.setSize(this.#size * Math.min(1, Math.max(NARROWEST, this.#camera.aspect)));
    controls.showZ = !(isFlat && mode === "size");
    controls.attach(pivot);
  }

  hide() {
    if (this.#controls.object === undefined) return;
    if (this.isDragging) this.release();
    this.#controls.detach();
  }

  /**
   * @param {Vector2} point of the screen, from -1 to 1
   * @returns {boolean} whether one of the handles is there
   */
  hover(point) {
    if (this.#controls.object === undefined) return false;
    this.#controls.pointerHover(pointer(point, -1));
    return this.#controls.axis !== null;
  }

  /** @param {Vector2} point */
  press(point) {
    if (!this.hover(point)) return false;
    this.#start.copy(this.#pivot);
    // The plane in which this handle is dragged.
    this.#controls.getHelper().updateMatrixWorld(true);
    this.#controls.pointerDown(pointer(point, 0));
    return this.isDragging;
  }

  /**
   * @param {Vector2} point
   * @param {number | null} step in meters, where it goes by steps
   */
  drag(point, step) {
    this.#controls.setTranslationSnap(step);
    this.#controls.setRotationSnap(step === null ? null : SNAP_TURN);
    this.#controls.setScaleSnap(step === null ? null : SNAP_FACTOR);
    this.#controls.pointerMove(pointer(point, -1));
  }

  release() {
    this.#controls.pointerUp(pointer(new Vector2(), 0));
  }

  /** How far it was moved since it was pressed, in the world. */
  get movedBy() {
    return this.#pivot.position.clone().sub(this.#start.position);
  }

  /** How it was turned since, in the world. */
  get turnedBy() {
    return this.#pivot.quaternion.clone().multiply(this.#start.quaternion.clone().invert());
  }

  /** By which factors it was sized since. */
  get sizedBy() {
    return this.#pivot.scale.clone();
  }
}

const IDENTITY = new Quaternion();

/**
 * @param {Vector2} point
 * @param {number} button as of a pointer's event
 * @returns {any} what the controls take for such an event
 */
const pointer = ({ x, y }, button) => ({ x, y, button });
