/** Whether there seems to be something to undo or to redo, by what this page has seen. */

import { LOCK } from "../document/locks.js";

/**
 * @import { RecentChange, SceneChange } from "../net/messages.js"
 *
 * @typedef {"undo" | "redo"} Action
 */

/** The tool that undoes and redoes, and the name of its edits. */
export const HISTORY = "history";

export class UndoLine {
  /** @type {Record<Action, boolean>} */
  can = { undo: false, redo: false };

  /**
   * A scene was loaded whole.
   *
   * @param {readonly RecentChange[]} recent the newest first, maybe not all of them
   */
  began(recent) {
    const isCut = (recent.at(-1)?.revision ?? 1) > 1;
    this.can = {
      undo: isCut || recent.some(({ state }) => state === "done"),
      redo: recent.some(({ state }) => state === "undone"),
    };
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
