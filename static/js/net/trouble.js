/** Finds out, after a few tries, why there is no connection or none that lasts. */

import { CLOSE, TRY_LATER } from "./close_codes.js";

/**
 * @import { Reach } from "./reach.js"
 * @import { Clock } from "./reconnecting_socket.js"
 *
 * `offline`, `away`, `elsewhere` and `refused` are as of `Reach`; the others say that the server
 * answers over HTTP, but
 * `blocked` that no socket opens;
 * `mute` that they open and bring nothing;
 * `cut` that they break soon after they have brought something;
 * `failing` that the server ends them with an error.
 *
 * @typedef {Exclude<Reach, "here"> | "blocked" | "mute" | "cut" | "failing"} Trouble
 *
 * @typedef {object} Ended how a socket ended
 * @property {number} closeCode
 * @property {boolean} opened
 * @property {number | null} heardForMs from its being ready until it was heard last; null where it
 *   never was ready
 */

const TRIES = 3;
/** Tries that hang take long, so that two of them are enough. */
const PATIENCE_MS = 10_000;
const TRIES_OF_THE_PATIENT = 2;
/** A connection that brought something for so long did not break soon. */
const LASTED_MS = 60_000;
const SERVER_ERROR = 1011;
/** With these the server says itself what is the matter, or that the page is to come back. */
const SAID_BY_SERVER = new Set([1009, 1012, TRY_LATER]);
const FIRST_OWN_CODE = 4000;

export class TroubleFinder {
  #clock;
  #reach;
  #changed;
  /** @type {Trouble | null} */
  #trouble = null;
  /** @type {Trouble | null} how the last sockets ended, one like the other */
  #ending = null;
  #tries = 0;
  #sinceMs = 0;
  /** Of the questions that are asked, only the last one's answer counts. */
  #question = 0;

  /**
   * @param {Clock} clock
   * @param {() => Promise<Reach>} reach
   * @param {(trouble: Trouble | null) => void} changed
   */
  constructor(clock, reach, changed) {
    this.#clock = clock;
    this.#reach = reach;
    this.#changed = changed;
  }

  /**
   * The server has accepted us. One that breaks soon each time is in trouble all the same, and
   * stays so if it broke once before it was ready.
   */
  ready() {
    if (this.#ending !== "cut" && this.#trouble !== "cut") this.#allWell();
  }

  /** @param {number} heardForMs */
  heard(heardForMs) {
    if (heardForMs >= LASTED_MS) this.#allWell();
  }

  /** @param {Ended} ended */
  ended(ended) {
    if (isSaidByServer(ended.closeCode)) return this.#allWell();
    const ending = endingOf(ended);
    const nowMs = this.#clock.now();
    if (ending !== this.#ending) {
      this.#ending = ending;
      this.#tries = 0;
      this.#sinceMs = nowMs;
    }
    this.#tries += 1;
    const isPatient = nowMs - this.#sinceMs >= PATIENCE_MS && this.#tries >= TRIES_OF_THE_PATIENT;
    if (this.#tries >= TRIES || isPatient) this.#ask(ending);
  }

  /** @param {Trouble} ending */
  async #ask(ending) {
    this.#question += 1;
    const question = this.#question;
    const reach = await this.#reach();
    if (question === this.#question) this.#set(reach === "here" ? ending : reach);
  }

  #allWell() {
    this.#question += 1;
    this.#ending = null;
    this.#tries = 0;
    this.#set(null);
  }

  /** @param {Trouble | null} trouble */
  #set(trouble) {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#changed(trouble);
  }
}

/** @param {number} closeCode */
function isSaidByServer(closeCode) {
  // Not registered in time: it did not hear what was said at once.
  if (closeCode === CLOSE.notRegistered) return false;
  return closeCode >= FIRST_OWN_CODE || SAID_BY_SERVER.has(closeCode);
}

/**
 * @param {Ended} ended
 * @returns {Trouble}
 */
function endingOf({ closeCode, opened, heardForMs }) {
  if (closeCode === SERVER_ERROR) return "failing";
  if (!opened) return "blocked";
  return heardForMs === null ? "mute" : "cut";
}
