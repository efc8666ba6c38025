/** Undo and redo, by button and by key: of whatever anybody has changed, the latest first. */

import { elementById } from "./elements.js";

/**
 * @import { Outbox } from "../edit/outbox.js"
 * @import { SceneChange } from "../net/messages.js"
 */

const HISTORY = "history";
/** Where keys belong to what is written or chosen there. */
const FIELDS = "input, textarea, select, dialog[open], [contenteditable]";

export class UndoButtons {
  #send;
  #undo = elementById("undo", HTMLButtonElement);
  #redo = elementById("redo", HTMLButtonElement);

  /** @param {Outbox["send"]} send */
  constructor(send) {
    this.#send = send;
    this.#undo.addEventListener("click", () => this.#perform("undo"));
    this.#redo.addEventListener("click", () => this.#perform("redo"));
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** @param {number} revision of the scene that has come: at 0 nothing was ever changed */
  sceneCame(revision) {
    this.#undo.hidden = this.#redo.hidden = revision === 0;
    // Nobody knows yet what came last: the server says so if there is nothing.
    this.#redo.disabled = false;
  }

  /** @param {readonly SceneChange[]} changes in the order in which they were made, at least one */
  changed(changes) {
    this.#undo.hidden = this.#redo.hidden = false;
    // Any other change drops what was undone.
    this.#redo.disabled = changes.at(-1)?.cause?.tool !== HISTORY;
  }

  /** @param {"undo" | "redo"} action */
  #perform(action) {
    void this.#send(HISTORY, { action, steps: 1 });
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const isHeld = event.ctrlKey !== event.metaKey && !event.altKey;
    if (!isHeld || (event.target instanceof Element && event.target.closest(FIELDS))) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (this.#undo.hidden) return;
    this.#perform(key === "y" || event.shiftKey ? "redo" : "undo");
  }
}
