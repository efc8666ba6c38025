/** The edits that this page has sent and that are not answered yet: no DOM, no three.js. */

/**
 * @import { SceneEdit, SceneEdited, SceneEditRefused } from "../net/messages.js"
 * @import { Clock } from "../net/reconnecting_socket.js"
 *
 * @typedef {{ confirmed: true, revision: number } | { confirmed: false, refusal: Refusal }} Outcome
 * @typedef {{ code: string, message: string, retryAfterSeconds?: number }} Refusal
 *
 * @typedef {object} OutboxOptions
 * @property {(message: SceneEdit) => void} send over the connection, while there is one
 * @property {() => number | null} revision of the scene that the person sees
 * @property {() => string} newId
 * @property {(refusal: Refusal) => void} refused of each edit that was refused
 * @property {(wait: boolean) => void} waitChanged whether edits wait for longer than they should
 * @property {Clock} clock
 *
 * @typedef {{ message: SceneEdit, sentAtMs: number, settle: (outcome: Outcome) => void }} Pending
 */

/** Of so many of its latest edits a page knows that they are its own. */
const MOST_KNOWN = 500;
/** Fewer than the server lets wait: all of them are sent at once after a reconnect. */
const MOST_PENDING = 32;
/** An edit or its answer that takes longer was lost on the way; the server performs it once. */
const ANSWERED_WITHIN_MS = 10_000;
const TOO_MANY = {
  code: "busy",
  message: "Too many changes are not stored yet. Wait until the connection is back.",
};
const NOT_LOADED = { code: "busy", message: "The scene is not here yet. Try again in a moment." };
const ENDED = { code: "disconnected", message: "This page is no longer connected to its scene." };

export class Outbox {
  #options;
  #isConnected = false;
  #hasEnded = false;
  #hasWaits = false;
  /** @type {unknown} */
  #timer = null;
  /** The ids of its edits, in the order in which they were made. */
  #known = /** @type {Set<string>} */ (new Set());
  /** By edit id, in the order in which they were made. */
  #pending = /** @type {Map<string, Pending>} */ (new Map());

  /** @param {OutboxOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Has the server perform an operation. The change itself comes as every change does.
   *
   * @param {string} name the operation's
   * @param {Record<string, unknown>} args absolute values
   * @returns {Promise<Outcome>} once the server has answered, over whichever connection
   */
  send(name, args) {
    const baseRevision = this.#options.revision();
    if (this.#hasEnded) return Promise.resolve(this.#refusal(ENDED));
    if (baseRevision === null) return Promise.resolve(this.#refusal(NOT_LOADED));
    if (this.#pending.size >= MOST_PENDING) return Promise.resolve(this.#refusal(TOO_MANY));
    const editId = this.#options.newId();
    this.#known.add(editId);
    for (const oldest of this.#known) {
      if (this.#known.size <= MOST_KNOWN) break;
      this.#known.delete(oldest);
    }
    /** @type {SceneEdit} */
    const message = { type: "sceneEdit", editId, baseRevision, name, arguments: args };
    return new Promise((settle) => {
      const pending = { message, sentAtMs: 0, settle };
      this.#pending.set(editId, pending);
      if (this.#isConnected) this.#send(pending);
      this.#watch();
    });
  }

  /** @param {string} editId @returns {boolean} whether this page has sent it */
  hasSent(editId) {
    return this.#known.has(editId);
  }

  /**
   * What a lost connection left unanswered goes out again under its own id, which the server knows
   * if it has stored it. Where the page is turned away, nothing is answered any more.
   *
   * @param {{ name: string }} state of the connection
   */
  connectionChanged({ name }) {
    this.#isConnected = name === "connected";
    if (this.#isConnected) {
      for (const pending of this.#pending.values()) this.#send(pending);
    }
    this.#hasEnded = name === "refused";
    if (this.#hasEnded) {
      for (const editId of [...this.#pending.keys()]) this.#settle(editId, this.#refusal(ENDED));
    }
    this.#watch();
  }

  /** @param {SceneEdited} message */
  edited({ editId, revision }) {
    this.#settle(editId, { confirmed: true, revision });
  }

  /** @param {SceneEditRefused} message */
  editRefused({ editId, code, message, retryAfterSeconds }) {
    if (!this.#pending.has(editId)) return;
    const later = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
    this.#settle(editId, this.#refusal({ code, message, ...later }));
  }

  /**
   * @param {string} editId of an edit that may be settled already: one sent twice is answered twice
   * @param {Outcome} outcome
   */
  #settle(editId, outcome) {
    const pending = this.#pending.get(editId);
    this.#pending.delete(editId);
    pending?.settle(outcome);
    this.#watch();
  }

  /** @param {Pending} pending */
  #send(pending) {
    pending.sentAtMs = this.#options.clock.now();
    this.#options.send(pending.message);
  }

  /** Looks after what waits for its answer, for as long as anything does. */
  #watch() {
    const { clock } = this.#options;
    if (this.#pending.size === 0) this.#setWaits(false);
    else if (!this.#isConnected) this.#setWaits(true);
    if (this.#pending.size > 0 && this.#isConnected) {
      this.#timer ??= clock.setTimeout(() => this.#sendLost(), ANSWERED_WITHIN_MS);
    } else {
      clock.clearTimeout(this.#timer);
      this.#timer = null;
    }
  }

  #sendLost() {
    this.#timer = null;
    const nowMs = this.#options.clock.now();
    const isLost = (/** @type {Pending} */ { sentAtMs }) =>
      Math.abs(nowMs - sentAtMs) >= ANSWERED_WITHIN_MS; // or the clock was set back
    const lost = [...this.#pending.values()].filter(isLost);
    if (lost.length > 0) this.#setWaits(true);
    for (const pending of lost) this.#send(pending);
    this.#watch();
  }

  /** @param {boolean} waits */
  #setWaits(waits) {
    if (this.#hasWaits === waits) return;
    this.#hasWaits = waits;
    this.#options.waitChanged(waits);
  }

  /**
   * @param {Refusal} refusal
   * @returns {Outcome}
   */
  #refusal(refusal) {
    this.#options.refused(refusal);
    return { confirmed: false, refusal };
  }
}
