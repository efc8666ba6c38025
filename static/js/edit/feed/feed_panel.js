/** The panel “History”: what has happened, to look up, to undo and to redo. */

import { render } from "lit/html.js";
import { feedView } from "./view.js";

/**
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { Action } from "../undo_line.js"
 * @import { Selection } from "../selection.js"
 * @import { Entry, Feed } from "./feed.js"
 *
 * @typedef {object} FeedPanelOptions
 * @property {HTMLElement} panel
 * @property {Feed} feed
 * @property {Selection} selection
 * @property {() => boolean} mayEdit
 * @property {(action: Action, revision: number) => void} moveTo undoes or redoes up to a revision
 * @property {() => number} now seconds since 1970
 * @property {() => void} close
 */

/** How often it says anew how long ago things were. */
const AGES_MS = 20_000;

export class FeedPanel {
  #options;
  /** @type {SceneDocument["objects"]} */
  #objects = {};
  #isOpen = false;
  #frame = 0;
  #ages = /** @type {ReturnType<typeof setInterval> | undefined} */ (undefined);

  /** @param {FeedPanelOptions} options */
  constructor(options) {
    this.#options = options;
    options.feed.watch(() => this.redraw());
  }

  /** @param {SceneDocument} document */
  show({ objects }) {
    if (objects === this.#objects) return;
    this.#objects = objects;
    this.redraw();
  }

  /** @param {boolean} isOpen */
  setOpen(isOpen) {
    this.#isOpen = isOpen;
    clearInterval(this.#ages);
    if (!isOpen) return;
    this.#ages = setInterval(() => this.redraw(), AGES_MS);
    this.#draw();
  }

  /** With the next frame, however often it is asked for. */
  redraw() {
    if (!this.#isOpen || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#isOpen) return;
    const { panel, feed, now, close, mayEdit, moveTo, selection } = this.#options;
    const view = feedView({
      entries: feed.entries,
      isCut: feed.isCut,
      nowSeconds: now(),
      mayMove: mayEdit(),
      objectsOf: (entry) => this.#objectsOf(entry),
      actions: { close, moveTo, select: (ids) => selection.set(ids) },
    });
    render(view, panel);
  }

  /**
   * @param {Entry} entry
   * @returns {string[]} the ids of the objects to select: those that are there, and of these not the
   *   lights that follow all others by themselves, if there is anything else
   */
  #objectsOf({ objects }) {
    const here = objects.filter((id) => Object.hasOwn(this.#objects, id));
    const meant = here.filter((id) => this.#objects[id]?.fitted !== true);
    return meant.length > 0 ? meant : here;
  }
}
