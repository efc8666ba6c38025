/** What the owner's page asks of the scene's links for others, and the answers: no DOM. */

/**
 * @import { Share, ShareAnswer, ShareRefused, ShareRequest } from "./messages.js"
 *
 * @typedef {{ shares: Share[], made?: Share & { url: string } } | { problem: string }} ShareOutcome
 *
 * @typedef {object} ShareRequestsOptions
 * @property {(message: ShareRequest) => void} send
 * @property {() => string} newId
 */

const ENDED = "This page is not connected at the moment. Try again once it is.";

export class ShareRequests {
  #options;
  #isConnected = false;
  /** By request id. */
  #pending = /** @type {Map<string, (outcome: ShareOutcome) => void>} */ (new Map());

  /** @param {ShareRequestsOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {ShareRequest["action"]} action
   * @param {Partial<ShareRequest>} [members]
   * @returns {Promise<ShareOutcome>}
   */
  ask(action, members = {}) {
    if (!this.#isConnected) return Promise.resolve({ problem: ENDED });
    const requestId = this.#options.newId();
    return new Promise((settle) => {
      this.#pending.set(requestId, settle);
      this.#options.send({ type: "shareRequest", requestId, action, ...members });
    });
  }

  /** @param {ShareAnswer} answer */
  answered({ requestId, shares, made }) {
    this.#settle(requestId, made === undefined ? { shares } : { shares, made });
  }

  /** @param {ShareRefused} refusal */
  refused({ requestId, message }) {
    this.#settle(requestId, { problem: message });
  }

  /** @param {{ name: string }} state what was asked over a lost connection is answered over no other */
  connectionChanged({ name }) {
    this.#isConnected = name === "connected";
    if (this.#isConnected) return;
    for (const id of [...this.#pending.keys()]) this.#settle(id, { problem: ENDED });
  }

  /**
   * @param {string} requestId
   * @param {ShareOutcome} outcome
   */
  #settle(requestId, outcome) {
    const settle = this.#pending.get(requestId);
    this.#pending.delete(requestId);
    settle?.(outcome);
  }
}
