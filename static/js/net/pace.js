/** Keeps what is said often below the rate at which the server takes it for a flood. */

/** @import { Clock } from "./reconnecting_socket.js" */

const WINDOW_MS = 1000;
/** The server closes at 50 messages a second; the difference is for all other messages. */
const MOST_PER_WINDOW = 40;

export class Pace {
  #clock;
  #action;
  /** When the latest ones ran, oldest first. */
  #ranAtMs = /** @type {number[]} */ ([]);
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {Clock} clock
   * @param {() => void} action says how things are when it runs, so that one run can stand for many
   */
  constructor(clock, action) {
    this.#clock = clock;
    this.#action = action;
  }

  /** Runs the action now, or as soon as the rate allows, then once for all that asked. */
  request() {
    if (this.#timer !== null) return;
    const oldestMs = this.#ranAtMs.length < MOST_PER_WINDOW ? undefined : this.#ranAtMs[0];
    const waitMs = oldestMs === undefined ? 0 : oldestMs + WINDOW_MS - this.#clock.now();
    if (waitMs <= 0) this.#run();
    else this.#timer = this.#clock.setTimeout(() => this.#run(), waitMs);
  }

  #run() {
    this.#timer = null;
    this.#ranAtMs = [...this.#ranAtMs, this.#clock.now()].slice(-MOST_PER_WINDOW);
    this.#action();
  }
}
