/** The objects of a scene as the tree that their parents make of them: no DOM, no three.js. */

/**
 * @import { Entity } from "../../document/schema.js"
 *
 * @typedef {Readonly<Record<string, Entity>>} Objects by id
 *
 * @typedef {object} Row one line of the outline
 * @property {string} id
 * @property {Entity} entity
 * @property {number} level 1 at the top
 * @property {number} position among its siblings, from 1
 * @property {number} siblings how many there are, itself among them
 * @property {boolean | null} isExpanded null without children
 */

/** @type {readonly string[]} */
const NONE = [];

export class SceneTree {
  #objects;
  /** By the id of the parent, in the document's order. @type {Map<string | null, string[]>} */
  #children = new Map();

  /** @param {Objects} objects */
  constructor(objects) {
    this.#objects = objects;
    for (const [id, { parent = null }] of Object.entries(objects)) {
      const above = parent !== null && Object.hasOwn(objects, parent) ? parent : null;
      const children = this.#children.get(above);
      if (children === undefined) this.#children.set(above, [id]);
      else children.push(id);
    }
  }

  get objects() {
    return this.#objects;
  }

  /** @param {string | null} id null: the top level */
  children(id) {
    return this.#children.get(id) ?? NONE;
  }

  /**
   * @param {string} id
   * @returns {string[]} its parent, that one's parent and so on
   */
  ancestors(id) {
    /** @type {string[]} */
    const found = [];
    let above = this.#objects[id]?.parent ?? null;
    while (above !== null && !found.includes(above)) {
      found.push(above);
      above = this.#objects[above]?.parent ?? null;
    }
    return found;
  }

  /**
   * @param {readonly string[]} ids
   * @returns {string[]} those that none of the others has below it
   */
  outermost(ids) {
    const chosen = new Set(ids);
    return ids.filter((id) => !this.ancestors(id).some((above) => chosen.has(above)));
  }

  /**
   * @param {readonly string[]} ids
   * @param {string | null} parent null: the top level
   * @returns {boolean} whether all of them can belong to it, and one of them does not yet
   */
  canMove(ids, parent) {
    const moved = ids.filter((id) => Object.hasOwn(this.#objects, id));
    if (moved.every((id) => (this.#objects[id]?.parent ?? null) === parent)) return false;
    if (parent === null) return true;
    const above = new Set([parent, ...this.ancestors(parent)]);
    return Object.hasOwn(this.#objects, parent) && !moved.some((id) => above.has(id));
  }

  /**
   * @param {ReadonlySet<string>} expanded ids of those whose children are shown
   * @param {string} search only what has this in its name or kind, and all above it; "" for all
   * @returns {Row[]} from top to bottom
   */
  rows(expanded, search = "") {
    const wanted = search.trim().toLowerCase();
    const found = wanted === "" ? null : this.#found(wanted);
    /** @type {Row[]} */
    const rows = [];
    /** @type {(parent: string | null, level: number) => void} */
    const add = (parent, level) => {
      const children = this.children(parent);
      const shown = found === null ? children : children.filter((id) => found.has(id));
      for (const [index, id] of shown.entries()) {
        const entity = /** @type {Entity} */ (this.#objects[id]);
        const isOpen = found === null ? expanded.has(id) : this.children(id).some(isFound);
        rows.push({
          id,
          entity,
          level,
          position: index + 1,
          siblings: shown.length,
          isExpanded: this.children(id).length === 0 ? null : isOpen,
        });
        if (isOpen) add(id, level + 1);
      }
    };
    const isFound = (/** @type {string} */ id) => found?.has(id) ?? false;
    add(null, 1);
    return rows;
  }

  /**
   * @param {string} wanted
   * @returns {Set<string>} what matches, and all above it
   */
  #found(wanted) {
    const found = new Set();
    for (const [id, { name, kind }] of Object.entries(this.#objects)) {
      if (found.has(id)) continue;
      const words = `${name} ${kind.replaceAll("_", " ")}`.toLowerCase();
      if (!words.includes(wanted)) continue;
      for (const each of [id, ...this.ancestors(id)]) found.add(each);
    }
    return found;
  }
}
