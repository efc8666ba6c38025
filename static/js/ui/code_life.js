/** How long a pairing code is still valid, in words that go on. */

import { CODE_OVER, lifeWords } from "./code_words.js";

const TICK_MS = 5000;

export class CodeLife {
  #text;
  #ended;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  /**
   * @param {HTMLElement} text
   * @param {() => void} ended called when the time is over
   */
  constructor(text, ended) {
    this.#text = text;
    this.#ended = ended;
  }

  /** @param {number} seconds */
  begin(seconds) {
    const endMs = performance.now() + seconds * 1000;
    clearInterval(this.#ticker);
    const tick = () => {
      const left = (endMs - performance.now()) / 1000;
      this.#text.textContent = left > 0 ? lifeWords(left) : CODE_OVER;
      if (left > 0) return;
      this.stop();
      this.#ended();
    };
    this.#ticker = setInterval(tick, TICK_MS);
    tick();
  }

  stop() {
    clearInterval(this.#ticker);
  }
}
