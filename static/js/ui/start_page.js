/** The ways into a scene from the first page: by its link, its id, a code, or with one's AI. */

import { codeIn } from "../net/code_text.js";
import { PairingConnection } from "../net/pairing_connection.js";
import { connectCopyButtons } from "./copy_buttons.js";
import { connectRecentList } from "./recent_list.js";
import { SessionForm } from "./session_form.js";
import { WaitingCard } from "./waiting_card.js";

/**
 * @import { PairingOptions } from "../net/pairing_connection.js"
 *
 * @typedef {Omit<PairingOptions, "code" | "listener">} StartOptions
 */

/** @param {() => StartOptions} takeOptions called once, before the first connection */
export function openStartPage(takeOptions) {
  /** @type {StartOptions | null} */
  let options = null;
  /** @type {PairingConnection | null} */
  let connection = null;
  /**
   * @param {string | null} code
   * @param {Omit<PairingOptions["listener"], "joined">} listener
   */
  function connect(code, listener) {
    connection?.close();
    options ??= takeOptions();
    connection = new PairingConnection({
      ...options,
      code,
      listener: { ...listener, joined: openScene },
    });
    connection.open();
    return connection;
  }

  const form = new SessionForm((text) => {
    waiting.stop();
    connect(codeIn(text), form.listener);
  });
  const waiting = new WaitingCard((listener) => {
    form.clear();
    return connect(null, listener);
  });
  connectCopyButtons();
  connectRecentList();
  addEventListener("online", () => connection?.wake());
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return; // else it comes from the browser's cache, without a connection
    form.clear();
    waiting.stop();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection?.wake();
  });
}

/** @param {string} sessionId */
function openScene(sessionId) {
  location.assign(`?${new URLSearchParams({ sessionId })}`);
}
