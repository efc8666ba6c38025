/** What the overview says of its own connection: live, paused, coming back, or ended. */

import { CLOSE } from "../net/close_codes.js";
import { troubleWords } from "../ui/connection_words.js";

/**
 * @import { ConnectionState } from "../net/reconnecting_socket.js"
 * @import { Trouble } from "../net/trouble.js"
 */

/** @type {ReadonlyMap<number, string>} */
const ENDINGS = new Map([
  [CLOSE.notSignedIn, "You are signed out. Reload this page to sign in again."],
  [CLOSE.notAllowed, "Only staff may look at this. Sign in with another account."],
  [CLOSE.badMessage, "This page is older than the server. Reload it to get the current one."],
]);

const WORDS = Object.freeze({
  connecting: "Connecting…",
  connected: "Live",
  reconnecting: "Reconnecting…",
  refused: "Disconnected",
  paused: "Paused",
});

/**
 * @param {ConnectionState} state
 * @param {boolean} isPaused
 * @returns {{ name: keyof typeof WORDS, text: string }} a lost connection is told though one paused
 */
export function lineOf(state, isPaused) {
  const name = state.name === "connected" && isPaused ? "paused" : state.name;
  return { name, text: WORDS[name] };
}

/**
 * @param {number} closeCode with which the server ended the connection for good
 * @returns {string} why, and what to do
 */
export const endingOf = (closeCode) =>
  ENDINGS.get(closeCode) ?? "The server ended the connection. Reload this page.";

/**
 * @param {Trouble} trouble
 * @param {string} origin the page's own
 * @returns {string} why there is no connection, and what those who run the server can do
 */
export function troubleOf(trouble, origin) {
  const { title, operator } = troubleWords(trouble, origin);
  return `${title}. ${operator}`;
}
