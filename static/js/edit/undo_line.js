/** Whether there seems to be something to undo or to redo, by what this page has seen. */

import { LOCK } from "../document/locks.js";

/**
 * @import { SceneChange } from "../net/messages.js"
 *
 * @typedef {"undo" | "redo"} Action
 */

/** The tool that undoes and redoes, and the name of its edits. */
export const HISTORY = "history";

export class UndoLine {
  /** @type {Record<Action, boolean>} */
  can = { undo: false, redo: false };

  /** @param {number} revision with which a scene was loaded: of 0, nothing was done */
  began(revision) {
    this.can = { undo: revision > 0, redo: revision > 0 };
  }

  /** @param {readonly SceneChange[]} changes */
  changed(changes) {
    for (const { cause } of changes) {
      if (cause?.tool === LOCK) continue; // it is passed by
      // Whoever undid or redid, it can be done the other way round.
      this.can = { undo: true, redo: cause?.tool === HISTORY };
    }
  }

  /** @param {Action} action that the server has refused: there was nothing */
  refused(action) {
    this.can = { ...this.can, [action]: false };
  }
}
