/** Undo and redo, by button and by key: of whatever anybody has changed, the latest first. */

import { HISTORY, UndoLine } from "../edit/undo_line.js";
import { elementById } from "./elements.js";

/**
 * @import { Action } from "../edit/undo_line.js"
 * @import { Outbox } from "../edit/outbox.js"
 * @import { RecentChange, SceneChange } from "../net/messages.js"
 */

/** Where keys belong to what is written or chosen there. */
const FIELDS = "input, textarea, select, dialog[open], [contenteditable]";

export class UndoButtons {
  #send;
  #settle;
  #mayEdit;
  #line = new UndoLine();
  #buttons = {
    undo: elementById("undo", HTMLButtonElement),
    redo: elementById("redo", HTMLButtonElement),
  };

  /**
   * @param {Outbox["send"]} send
   * @param {() => void} settle sends what this page has changed and not sent yet
   * @param {() => boolean} mayEdit
   */
  constructor(send, settle, mayEdit) {
    this.#mayEdit = mayEdit;
    this.#send = send;
    this.#settle = settle;
    for (const [action, button] of this.#each) {
      button.addEventListener("click", () => this.#perform(action));
    }
    document.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** @param {readonly RecentChange[]} recent changes of a scene that was loaded whole */
  sceneCame(recent) {
    this.#line.began(recent);
    this.#show();
  }

  /** @param {readonly SceneChange[]} changes in the order in which they were made */
  changed(changes) {
    this.#line.changed(changes);
    this.#show();
  }

  get #each() {
    return /** @type {[Action, HTMLButtonElement][]} */ (Object.entries(this.#buttons));
  }

  #show() {
    const { can } = this.#line;
    for (const [action, button] of this.#each) {
      button.hidden = !can.undo && !can.redo;
      // Not `disabled`, which would take the focus from who has just pressed it.
      button.setAttribute("aria-disabled", String(!can[action]));
    }
  }

  /** @param {Action} action */
  async #perform(action) {
    this.#settle();
    if (!this.#line.can[action]) return;
    const outcome = await this.#send(HISTORY, { action, steps: 1 });
    if (outcome.confirmed || outcome.refusal.code !== "step_refused") return;
    this.#line.refused(action);
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const isHeld = event.ctrlKey !== event.metaKey && !event.altKey;
    if (!isHeld || (event.target instanceof Element && event.target.closest(FIELDS))) return;
    const key = event.key.toLowerCase();
    if ((key !== "z" && key !== "y") || !this.#mayEdit()) return;
    event.preventDefault();
    void this.#perform(key === "y" || event.shiftKey ? "redo" : "undo");
  }
}
