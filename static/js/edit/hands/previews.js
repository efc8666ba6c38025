/** What is about to become of objects: what this page's person has done, and others are doing. */

/**
 * @import { Overrides } from "../../document/overrides.js"
 * @import { Entity } from "../../document/schema.js"
 *
 * @typedef {{ overrides: Overrides, revision: number | null }} Preview its revision once it is known
 */

export class Previews {
  /** What a drag makes of them, until it ends. @type {Overrides | null} */
  #moving = null;
  /** In the order in which they were sent. @type {Set<Preview>} */
  #sent = new Set();
  /** That this page has. */
  #revision = 0;

  /**
   * All of them, the later ones above the earlier ones.
   *
   * @param {readonly Overrides[]} [others] what others are doing, below all that
   * @returns {Overrides}
   */
  above(others = []) {
    /** @type {Map<string, Partial<Entity>>} */
    const merged = new Map();
    const layers = [...others, ...[...this.#sent].map(({ overrides }) => overrides)];
    for (const layer of this.#moving === null ? layers : [...layers, this.#moving]) {
      for (const [id, members] of layer) {
        const below = merged.get(id);
        merged.set(id, below === undefined ? members : { ...below, ...members });
      }
    }
    return merged;
  }

  /** @param {Overrides | null} overrides null where nothing is dragged */
  move(overrides) {
    this.#moving = overrides;
  }

  /**
   * @param {Overrides} overrides what an edit is to make of the objects
   * @returns {Preview} to be settled
   */
  add(overrides) {
    const preview = { overrides, revision: /** @type {number | null} */ (null) };
    this.#sent.add(preview);
    return preview;
  }

  /**
   * @param {Preview} preview
   * @param {number | null} revision that has it; null where it was refused
   */
  settle(preview, revision) {
    preview.revision = revision;
    if (revision === null) this.#sent.delete(preview);
    this.arrived(this.#revision);
  }

  /** @param {number} revision that the page has now */
  arrived(revision) {
    this.#revision = revision;
    for (const preview of this.#sent) {
      if (preview.revision !== null && preview.revision <= revision) this.#sent.delete(preview);
    }
  }
}
