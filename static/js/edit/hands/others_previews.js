/** What people at other pages are dragging: shown until it is stored, taken back or not heard of. */

import { lockOf } from "../../document/locks.js";

/**
 * @import { Overrides } from "../../document/overrides.js"
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { OthersPreview, PreviewedObject } from "../../net/messages.js"
 * @import { Clock } from "../../net/reconnecting_socket.js"
 *
 * @typedef {SceneDocument["objects"]} Objects
 */

const FORGOTTEN_AFTER_MS = 2000;
/** Sources whose previews are kept; more people do not drag at once. */
const MOST = 32;

export class OthersPreviews {
  #clock;
  #changed;
  /** @type {Map<string, { places: Map<string, PreviewedObject>, timer: unknown }>} */
  #sources = new Map();

  /**
   * @param {Clock} clock
   * @param {() => void} changed one was forgotten
   */
  constructor(clock, changed) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** By source, what is to be drawn otherwise. @returns {Overrides[]} */
  get overrides() {
    return [...this.#sources.values()].map(({ places }) => places);
  }

  /**
   * @param {OthersPreview} message
   * @param {Objects} objects of the scene: nothing else is shown, and nothing that is locked
   */
  heard({ source, objects: previewed }, objects) {
    this.#forget(source);
    const places = new Map(
      Object.entries(previewed).filter(
        ([id]) => Object.hasOwn(objects, id) && lockOf(objects, id) === null,
      ),
    );
    if (places.size === 0 || this.#sources.size >= MOST) return;
    const timer = this.#clock.setTimeout(() => {
      this.#sources.delete(source);
      this.#changed();
    }, FORGOTTEN_AFTER_MS);
    this.#sources.set(source, { places, timer });
  }

  /**
   * What has changed is where it is now.
   *
   * @param {Objects} before
   * @param {Objects} after
   */
  arrived(before, after) {
    for (const [source, { places }] of this.#sources) {
      for (const id of places.keys()) if (before[id] !== after[id]) places.delete(id);
      if (places.size === 0) this.#forget(source);
    }
  }

  /** @param {string} source */
  #forget(source) {
    this.#clock.clearTimeout(this.#sources.get(source)?.timer);
    this.#sources.delete(source);
  }
}
