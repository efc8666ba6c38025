/** Shows the state of the overview's connection, and what is wrong with it. */

import { elementById } from "../ui/elements.js";
import { endingOf, lineOf, troubleOf } from "./connection_words.js";

/**
 * @import { ConnectionState } from "../net/reconnecting_socket.js"
 * @import { Trouble } from "../net/trouble.js"
 */

export class ConnectionLine {
  #line = elementById("connection", HTMLElement);
  #problem = elementById("problem", HTMLElement);
  /** @type {ConnectionState} */
  #state = { name: "connecting" };
  #isPaused = false;
  #isTroubled = false;

  /** @param {ConnectionState} state */
  show(state) {
    this.#state = state;
    if (state.name === "refused") this.problem(endingOf(state.closeCode));
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

  /** @param {Trouble | null} trouble */
  trouble(trouble) {
    this.#isTroubled = trouble !== null;
    if (trouble !== null) this.problem(troubleOf(trouble, location.origin));
    else this.fresh();
  }

  /** The numbers are as new as they can be; that may not last. */
  fresh() {
    if (!this.#isTroubled) this.#problem.hidden = true;
  }

  #draw() {
    const { name, text } = lineOf(this.#state, this.#isPaused);
    document.body.dataset.connection = this.#state.name;
    this.#line.dataset.state = name;
    if (this.#line.textContent !== text) this.#line.textContent = text;
  }
}
