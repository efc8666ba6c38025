/** What the overview says of its own connection: live, paused, coming back, or ended. */

import { CLOSE } from "../net/close_codes.js";
import { elementById } from "../ui/elements.js";

/** @import { ConnectionState } from "../net/reconnecting_socket.js" */

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

export class ConnectionLine {
  #line = elementById("connection", HTMLElement);
  #problem = elementById("problem", HTMLElement);
  /** @type {ConnectionState} */
  #state = { name: "connecting" };
  #isPaused = false;

  /** @param {ConnectionState} state */
  show(state) {
    this.#state = state;
    if (state.name === "refused") {
      this.problem(
        ENDINGS.get(state.closeCode) ?? "The server ended the connection. Reload this page.",
      );
    }
    this.#draw();
  }

  /** @param {boolean} isPaused */
  paused(isPaused) {
    this.#isPaused = isPaused;
    this.#draw();
  }

  /** @param {string} text */
  problem(text) {
    this.#problem.hidden = false;
    if (this.#problem.textContent !== text) this.#problem.textContent = text;
  }

  /** The numbers are as new as they can be. */
  fresh() {
    this.#problem.hidden = true;
  }

  #draw() {
    const isLive = this.#state.name === "connected";
    const name = isLive && this.#isPaused ? "paused" : this.#state.name;
    document.body.dataset.connection = this.#state.name;
    this.#line.dataset.state = name;
    if (this.#line.textContent !== WORDS[name]) this.#line.textContent = WORDS[name];
  }
}
