/** What the server told last, drawn as it comes; while the person pauses, only kept. */

import { mergeCalls } from "./call_stream.js";
import { addressOf } from "./sessions_view.js";

/**
 * @import { CallRow, Overview, SessionsMessage } from "./messages.js"
 *
 * @typedef {object} Drawing
 * @property {(overview: Overview) => void} overview
 * @property {(sessions: SessionsMessage) => void} sessions
 * @property {(calls: CallRow[]) => void} calls
 */

export class Latest {
  /** @type {Overview | undefined} */
  #overview;
  /** @type {SessionsMessage | undefined} */
  #sessions;
  #calls;
  #draw;
  #isPaused = false;

  /**
   * @param {CallRow[]} calls that the page has shown from the beginning
   * @param {Drawing} draw
   */
  constructor(calls, draw) {
    this.#calls = calls;
    this.#draw = draw;
  }

  /** @param {Overview} overview */
  overviewCame(overview) {
    this.#overview = overview;
    if (!this.#isPaused) this.#drawFigures();
  }

  /** @param {SessionsMessage} sessions others than before are what the person has just asked for */
  sessionsCame(sessions) {
    const isAskedFor = !this.#sessions || addressOf(sessions) !== addressOf(this.#sessions);
    this.#sessions = sessions;
    if (!this.#isPaused || isAskedFor) this.#draw.sessions(sessions);
  }

  /** @param {CallRow[]} news */
  callsCame(news) {
    this.#calls = mergeCalls(this.#calls, news);
    if (!this.#isPaused) this.#draw.calls(this.#calls);
  }

  /** @param {boolean} isPaused what was missed is drawn when the pause ends */
  pause(isPaused) {
    this.#isPaused = isPaused;
    if (isPaused) return;
    this.#drawFigures();
    this.#draw.calls(this.#calls);
  }

  #drawFigures() {
    if (this.#overview) this.#draw.overview(this.#overview);
    if (this.#sessions) this.#draw.sessions(this.#sessions); // how long ago their calls were
  }
}
