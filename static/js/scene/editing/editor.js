/**
 * What is selected in a scene, as this page's person sees it: its edges, and the handles that move,
 * turn and size it. Loaded when first something is selected.
 */

import { Group, Sphere, Vector2, Vector3 } from "three";
import { Gizmo } from "./gizmo.js";
import { evenOf, Held } from "./held.js";
import { SelectionMarks } from "./selection_marks.js";
import { stepOf } from "./steps.js";

/**
 * @import { Overrides } from "../../document/overrides.js"
 * @import { Stage } from "../stage.js"
 * @import { Mode } from "./held.js"
 *
 * @typedef {object} Change
 * @property {Overrides} overrides what becomes of the objects
 * @property {readonly string[]} tops those of them that are changed for themselves, not along
 * @property {number} [factor] by which those grow that have no size of their own
 *
 * @typedef {object} EditorOptions
 * @property {Stage} stage
 * @property {() => boolean} mayEdit whether there are handles
 * @property {(overrides: Overrides | null) => void} moving what a drag makes of the objects so far;
 *   null where it was taken back
 * @property {(change: Change) => void} moved what it has made of them
 */

const NOTHING = new Vector3();
/** What a view that frames something shows around it, as a share of that; and in meters at least. */
const BESIDE = 1.2;
const LEAST_RADIUS = 0.1;
/** Of how far the scene reaches. */
const AROUND = 0.5;
/** From -1 to 1 across the screen: nearer to its edges, something counts as out of view. */
const IN_VIEW = 0.9;

export class Editor {
  #options;
  #gizmo;
  #marks = /** @type {SelectionMarks | null} */ (null);
  /** @type {readonly string[]} */
  #ids = [];
  /** @type {Mode} */
  #mode = "move";
  /** What the handles hold, and during a drag, held when it began. @type {Held | null} */
  #held = null;
  /** @type {Change | null} */
  #change = null;
  #snaps = false;
  #reveals = false;
  #point = new Vector2();

  /** @param {EditorOptions} options */
  constructor(options) {
    this.#options = options;
    const { stage } = options;
    this.#gizmo = new Gizmo({
      camera: stage.view.camera,
      changed: () => stage.requestDraw(),
      dragged: () => this.#dragged(),
    });
    const object = new Group().add(this.#gizmo);
    if (stage.things !== null) {
      this.#marks = new SelectionMarks(stage.things, () => stage.reach);
      object.add(this.#marks);
    }
    stage.addHelper({ object, prepare: () => this.#prepare() });
  }

  /**
   * @param {readonly string[]} ids of what is selected
   * @param {{ reveals?: boolean }} [options] whether it is to be in view once it is drawn
   */
  select(ids, { reveals = false } = {}) {
    this.#ids = ids;
    this.#reveals = reveals;
    if (ids.length === 0) {
      this.cancel();
      this.#gizmo.hide(); // at once: the next press may come before the next picture
    }
    this.#options.stage.requestDraw();
  }

  /** @param {Mode} mode what the handles do */
  setMode(mode) {
    this.#mode = mode;
    this.#options.stage.requestDraw();
  }

  /** @param {boolean} snaps whether it goes by steps, where the key is not held */
  setSnaps(snaps) {
    this.#snaps = snaps;
  }

  /** @param {{ clientX: number, clientY: number }} place */
  hover(place) {
    return this.#gizmo.hover(this.#at(place));
  }

  /** @param {{ clientX: number, clientY: number }} place */
  press(place) {
    this.#change = null;
    this.#held = this.#hold();
    return this.#gizmo.press(this.#at(place));
  }

  /**
   * @param {{ clientX: number, clientY: number }} place
   * @param {boolean} otherwise whether it goes by steps where it usually does not
   */
  drag(place, otherwise) {
    const step = this.#snaps === otherwise ? null : this.step;
    this.#gizmo.drag(this.#at(place), step);
  }

  release() {
    this.#gizmo.release();
    const change = this.#change;
    this.#change = null;
    if (change !== null) this.#options.moved(change);
  }

  cancel() {
    this.#change = null;
    if (!this.#gizmo.isDragging) return;
    this.#gizmo.release();
    this.#options.moving(null);
  }

  /** How far a step goes as far away as what is selected, in meters. */
  get step() {
    const { camera } = this.#options.stage.view;
    const away = camera.position.distanceTo(this.#hold()?.pivot ?? NOTHING);
    return stepOf(away, camera.fov);
  }

  /**
   * @param {readonly [number, number, number]} steps to the right, up and away, as it is seen
   * @returns {Change | null} null where nothing is selected, or something of it is locked
   */
  nudged([right, up, ahead]) {
    const held = this.#hold();
    if (held === null || held.tops.length === 0 || held.isLocked) return null;
    const { camera } = this.#options.stage.view;
    // Along the axes of the world that are nearest to those of the screen.
    const look = camera.getWorldDirection(new Vector3());
    const isAcross = Math.abs(look.x) > Math.abs(look.z);
    const toAhead = new Vector3(
      isAcross ? Math.sign(look.x) : 0,
      0,
      isAcross ? 0 : Math.sign(look.z),
    );
    if (toAhead.lengthSq() === 0) toAhead.set(0, 0, -1);
    const toRight = toAhead.clone().cross(new Vector3(0, 1, 0));
    const by = toRight.multiplyScalar(right).addScaledVector(toAhead, ahead);
    const overrides = held.moved(by.setY(up).multiplyScalar(this.step));
    return { overrides, tops: held.tops.map(({ id }) => id) };
  }

  /** Has the view show what is selected, or all there is, as large as it can. */
  frame() {
    const { stage } = this.#options;
    const box = this.#hold()?.box();
    if (box === undefined || box.isEmpty()) return;
    const around = box.getBoundingSphere(new Sphere());
    // What lights and cameras are for is around them.
    if (around.radius === 0) around.radius = AROUND * stage.reach;
    around.radius = Math.max(around.radius * BESIDE, LEAST_RADIUS);
    stage.view.frame(around);
  }

  #hold() {
    const { stage } = this.#options;
    if (stage.shown === null || stage.things === null || this.#ids.length === 0) return null;
    return new Held(stage.shown, stage.things, this.#ids);
  }

  #prepare() {
    const { shown } = this.#options.stage;
    if (shown !== null) this.#marks?.show(shown, this.#ids);
    if (this.#gizmo.isDragging) return;
    const held = this.#hold();
    const [top] = held?.tops ?? [];
    const can = { move: true, turn: held?.turns, size: held?.sizes }[this.#mode];
    const isFixed = held?.isLocked || !this.#options.mayEdit();
    if (held === null || top === undefined || !can || isFixed) {
      this.#gizmo.hide();
      return;
    }
    const isFlat = held.tops.length === 1 && top.entity.size?.length === 2;
    this.#gizmo.show(this.#mode, held.pivot, held.turn, isFlat);
    if (this.#reveals) this.#reveal(held);
  }

  /** @param {Held} held what is brought into view where it is not */
  #reveal(held) {
    this.#reveals = false;
    const { x, y, z } = held
      .box()
      .getCenter(new Vector3())
      .project(this.#options.stage.view.camera);
    if (Math.max(Math.abs(x), Math.abs(y)) > IN_VIEW || z > 1) this.frame();
  }

  #dragged() {
    const held = this.#held;
    if (held === null || !this.#gizmo.isDragging) return;
    const tops = held.tops.map(({ id }) => id);
    const gizmo = this.#gizmo;
    switch (gizmo.mode) {
      case "move":
        this.#change = { tops, overrides: held.moved(gizmo.movedBy) };
        break;
      case "turn":
        this.#change = { tops, overrides: held.turned(gizmo.turnedBy) };
        break;
      case "size": {
        const factors = gizmo.sizedBy;
        this.#change = { tops, overrides: held.sized(factors), factor: evenOf(factors) };
      }
    }
    if (this.#change !== null) this.#options.moving(this.#change.overrides);
  }

  /** @param {{ clientX: number, clientY: number }} place */
  #at(place) {
    return this.#options.stage.view.pointAt(place, this.#point);
  }
}
