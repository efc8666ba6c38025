/** The objects of a scene as three.js draws them: each touched only when its entity is another. */

import { Box3, Group } from "three";
import { DrawnObject } from "./drawn_object.js";
import { Geometries } from "./geometries.js";
import { isLacking, isLate, loadFor } from "./late_parts.js";
import { Materials } from "./materials.js";
import { Models } from "./models.js";

/**
 * @import { Entity } from "../../document/schema.js"
 * @import { Object3D, Vector3 } from "three"
 *
 * @typedef {Record<string, Entity>} Objects by id
 */

export class DrawnObjects extends Group {
  #geometries = new Geometries();
  #materials = new Materials();
  #models = new Models();
  /** @type {Map<string, DrawnObject>} */
  #drawn = new Map();
  /** @type {Objects} */
  #shown = {};

  /** How many geometries are in use. */
  get geometries() {
    return this.#geometries.size;
  }

  /** How many materials are in use. */
  get materials() {
    return this.#materials.size;
  }

  /** Whether something is left out, or a box, until what draws it is loaded. */
  get isLacking() {
    return isLacking(this.#shown) || this.#models.isLoading;
  }

  /**
   * Loads what is lacking, and draws what was left out. A model that cannot be loaded stays a box.
   *
   * @throws {Error} where anything else cannot be loaded; the next call tries again
   */
  async complete() {
    await Promise.all([loadFor(this.#shown), this.#models.loaded()]);
    const late = Object.entries(this.#shown).filter(
      ([, entity]) => isLate(entity) || entity.kind === "model",
    );
    for (const [id, entity] of late) this.#drawnAs(id).show(entity);
    this.#showCopies(late.map(([id]) => id));
  }

  /**
   * @param {string} id
   * @returns {Object3D | undefined}
   */
  at(id) {
    return this.#drawn.get(id);
  }

  /** @returns {Box3[]} of each shape that is seen, in the world */
  boxes() {
    this.updateMatrixWorld(true);
    /** @type {Box3[]} */
    const boxes = [];
    this.traverseVisible((object) => {
      const box = object instanceof DrawnObject ? object.ownBounds : null;
      if (box && !box.isEmpty()) boxes.push(box.clone());
    });
    return boxes;
  }

  /**
   * @param {Iterable<Object3D>} objects
   * @returns {Box3[]} the same of these with all that belongs to them, as they are placed now
   */
  boxesIn(objects) {
    /** @type {Box3[]} */
    const boxes = [];
    for (const object of objects) {
      object.updateWorldMatrix(true, true);
      object.traverseVisible((part) => {
        const box = part instanceof DrawnObject ? part.ownBounds : null;
        if (box && !box.isEmpty()) boxes.push(box.clone());
      });
    }
    return boxes;
  }

  /**
   * @param {string} id
   * @param {Vector3} into
   * @returns {Vector3} the middle of the object and what belongs to it, in the world; the origin
   *   where there is no such object
   */
  centerOf(id, into) {
    const object = this.#drawn.get(id);
    if (object === undefined) return into.set(0, 0, 0);
    object.updateWorldMatrix(true, true);
    const box = new Box3();
    for (const part of object.shapes()) box.union(part.ownBounds);
    return box.isEmpty() ? object.getWorldPosition(into) : box.getCenter(into);
  }

  /**
   * @param {Objects} objects those that are equal to what is shown must be the same JavaScript objects
   * @returns {number} how many were touched
   */
  show(objects) {
    const before = this.#shown;
    this.#shown = objects;
    const removed = [];
    for (const [id, drawn] of this.#drawn) {
      if (Object.hasOwn(objects, id)) continue;
      drawn.removeFromParent();
      drawn.dispose();
      this.#drawn.delete(id);
      removed.push(id);
    }
    const changed = Object.entries(objects).filter(([id, entity]) => entity !== before[id]);
    for (const [id, entity] of changed) this.#drawnAs(id).show(entity);
    // Parents may come later in the map than their children.
    for (const [id, { parent }] of changed) this.#drawnAs(id).hangBelow(this.#below(parent));
    this.#showCopies([...removed, ...changed.map(([id]) => id)], before);
    return removed.length + changed.length;
  }

  /**
   * @param {string} id
   * @returns {Object3D | null} the outermost pattern that repeats the object
   */
  patternAround(id) {
    const outermost = patternsAround(this.#shown, id).at(-1);
    return (outermost !== undefined && outermost !== id && this.#drawn.get(outermost)) || null;
  }

  /** @param {Object3D} pattern an outermost one, in which something was moved */
  showCopies(pattern) {
    if (pattern instanceof DrawnObject) pattern.showCopies(true);
  }

  /**
   * Draws the copies of the patterns around objects; those inside another pattern draw none.
   *
   * @param {Iterable<string>} ids of what was added, changed or removed
   * @param {Objects} before
   */
  #showCopies(ids, before = this.#shown) {
    const patterns = new Set();
    for (const id of ids) {
      for (const objects of [before, this.#shown]) {
        for (const above of patternsAround(objects, id)) patterns.add(above);
      }
    }
    for (const id of patterns) {
      const drawn = this.#drawn.get(id);
      drawn?.showCopies(patternsAround(this.#shown, id).at(-1) === id);
    }
  }

  /** Frees what glass reads the picture behind it from, until it is drawn again. */
  freeBehindGlass() {
    this.#materials.freeBehindGlass();
  }

  dispose() {
    for (const drawn of this.#drawn.values()) drawn.dispose();
    this.#drawn.clear();
    this.#materials.dispose();
    this.#models.dispose();
    this.#shown = {};
    this.clear();
  }

  /** @param {string} id */
  #drawnAs(id) {
    const drawn =
      this.#drawn.get(id) ?? new DrawnObject(id, this.#geometries, this.#materials, this.#models);
    this.#drawn.set(id, drawn);
    return drawn;
  }

  /** @param {string | null | undefined} parent */
  #below(parent) {
    return (parent && this.#drawn.get(parent)) || this;
  }
}

/**
 * @param {Objects} objects
 * @param {string} id
 * @returns {string[]} of the object itself and of what it belongs to, all that are patterns, the
 *   outermost last
 */
function patternsAround(objects, id) {
  const found = [];
  for (let at = objects[id], name = id; at; name = at.parent ?? "", at = objects[name]) {
    if (at.kind === "pattern") found.push(name);
  }
  return found;
}
