/** What the person of this page has selected, by the ids of objects: no DOM, no three.js. */

/** @typedef {(ids: readonly string[]) => void} Watcher */

export class Selection {
  /** In the order in which they were selected. @type {readonly string[]} */
  #ids = [];
  #watchers = /** @type {Set<Watcher>} */ (new Set());

  get ids() {
    return this.#ids;
  }

  /** @param {string} id */
  has(id) {
    return this.#ids.includes(id);
  }

  /** @param {readonly string[]} ids all that is selected from now on */
  set(ids) {
    const distinct = [...new Set(ids)];
    if (distinct.length === this.#ids.length && distinct.every((id, at) => id === this.#ids[at])) {
      return;
    }
    this.#ids = distinct;
    for (const watcher of this.#watchers) watcher(distinct);
  }

  /** @param {string} id is selected too, or no longer */
  toggle(id) {
    this.set(this.has(id) ? this.#ids.filter((other) => other !== id) : [...this.#ids, id]);
  }

  /** @param {Readonly<Record<string, unknown>>} objects all that the scene has, by id */
  keepThoseIn(objects) {
    this.set(this.#ids.filter((id) => Object.hasOwn(objects, id)));
  }

  /** @param {Watcher} watcher told of each change, until the page ends */
  watch(watcher) {
    this.#watchers.add(watcher);
  }
}
