/** All that moves in a scene: placed at a moment, what carries others before what is carried. */

import { Vector3 } from "three";
import { Mover } from "./mover.js";

/**
 * @import { Object3D } from "three"
 * @import { Entity } from "../../document/schema.js"
 * @import { DrawnObjects } from "../objects/drawn_objects.js"
 * @import { Moment } from "./progress.js"
 *
 * @typedef {Record<string, Entity>} Objects by id
 *
 * @typedef {object} Moving
 * @property {string} id
 * @property {Mover} mover
 * @property {Object3D} object
 * @property {Object3D | null} pattern that repeats the object: its copies move alike
 */

export class Motions {
  #things;
  /** @type {Map<string, Mover>} */
  #movers = new Map();
  /** @type {Moving[]} what carries others first */
  #order = [];
  /** @type {Objects} */
  #shown = {};
  /** @type {string | null} */
  #camera = null;
  #center = new Vector3();

  /** @param {DrawnObjects} things */
  constructor(things) {
    this.#things = things;
  }

  /** How many objects move. */
  get size() {
    return this.#movers.size;
  }

  /** @returns {Iterable<Object3D>} what moves, each with what belongs to it */
  *objects() {
    for (const { object, pattern } of this.#order) yield pattern ?? object;
  }

  /**
   * To be called after `things` show the same: everything is at rest then, until `place`.
   *
   * @param {Objects} objects those that are equal to what is shown must be the same JavaScript
   *   objects
   * @param {string | null} camera the id of the active one: others are not seen to move
   */
  show(objects, camera) {
    const before = this.#shown;
    this.#shown = objects;
    this.#camera = camera;
    if (objects === before) return;
    for (const id of this.#movers.keys()) {
      if (objects[id] !== before[id]) this.#forget(id);
    }
    for (const [id, entity] of Object.entries(objects)) {
      if (entity === before[id] || !entity.animation) continue;
      if (Object.keys(entity.animation).length > 0) this.#movers.set(id, new Mover(entity));
    }
    if (this.#movers.size > 0 || this.#order.length > 0) this.#arrange();
  }

  /**
   * @param {string} id
   * @returns {boolean} whether it moves, or what it belongs to
   */
  moves(id) {
    for (let at = /** @type {string | null} */ (id); at !== null; ) {
      if (this.#movers.has(at)) return true;
      at = this.#shown[at]?.parent ?? null;
    }
    return false;
  }

  /** @param {Moment} moment at which everything is to be shown */
  place(moment) {
    for (const { mover, object } of this.#order) {
      if (mover.around !== null) this.#centerOf(mover.around, object);
      mover.pose(moment, this.#center, object);
    }
    const patterns = new Set(this.#order.map(({ pattern }) => pattern));
    for (const pattern of patterns) if (pattern !== null) this.#things.showCopies(pattern);
  }

  /**
   * @param {Moment} moment
   * @returns {number} seconds until something is seen to move: 0 while it does, Infinity if never
   *   again
   */
  untilMoves(moment) {
    let least = Number.POSITIVE_INFINITY;
    for (const { mover, ...moving } of this.#order) {
      if (least > 0 && this.#isSeen(moving)) least = Math.min(least, mover.untilMoves(moment));
    }
    return least;
  }

  dispose() {
    this.#movers.clear();
    this.#order = [];
    this.#shown = {};
  }

  /** @param {string} id of what has changed: what it shows now is at rest, but for its size */
  #forget(id) {
    this.#movers.delete(id);
    this.#things.at(id)?.scale.set(1, 1, 1);
  }

  /** Finds the order, and with everything at rest how far what goes round is from its center. */
  #arrange() {
    this.#order = [];
    const seen = new Set();
    for (const id of this.#movers.keys()) this.#visit(id, seen);
    for (const { mover, object } of this.#order) mover.rest(object);
    for (const { mover, object } of this.#order) {
      if (mover.around !== null) mover.setCenter(this.#centerOf(mover.around, object));
    }
  }

  /**
   * @param {string} id
   * @param {Set<string>} seen also what is under way, so that a ring of carriers comes to an end
   */
  #visit(id, seen) {
    const entity = this.#shown[id];
    if (entity === undefined || seen.has(id)) return;
    seen.add(id);
    const mover = this.#movers.get(id);
    if (typeof entity.parent === "string") this.#visit(entity.parent, seen);
    if (typeof mover?.around === "string") this.#visit(mover.around, seen);
    const object = this.#things.at(id);
    if (mover === undefined || object === undefined) return;
    this.#order.push({ id, mover, object, pattern: this.#things.patternAround(id) });
  }

  /**
   * @param {string | [number, number, number]} around
   * @param {Object3D} object that goes round it
   * @returns {Vector3} in the space of that object's parent
   */
  #centerOf(around, object) {
    if (typeof around === "string") this.#things.at(around)?.getWorldPosition(this.#center);
    else this.#center.set(...around);
    object.parent?.updateWorldMatrix(true, false);
    return object.parent?.worldToLocal(this.#center) ?? this.#center;
  }

  /**
   * @param {Omit<Moving, "mover">} moving
   * @returns {boolean} whether it is drawn, or shows itself by what it shines on or looks at
   */
  #isSeen({ id, object, pattern }) {
    const { kind } = this.#shown[id] ?? {};
    if (kind === "camera") return id === this.#camera;
    for (let at = /** @type {Object3D | null} */ (pattern ?? object); at !== null; at = at.parent) {
      if (!at.visible) return false;
    }
    return true;
  }
}
