/** One WebSocket that comes back by itself, and says in which state it is. */

import { backoffMs, slowBackoffMs } from "./backoff.js";
import { afterClose } from "./close_codes.js";
import { TroubleFinder } from "./trouble.js";

/**
 * @import { Reach } from "./reach.js"
 * @import { Trouble } from "./trouble.js"
 *
 * `retryAtMs` is null while an attempt is under way; `closeCode` is why the last socket ended.
 *
 * @typedef {| { name: "connecting" }
 *   | { name: "connected" }
 *   | { name: "reconnecting", retryAtMs: number | null, closeCode: number }
 *   | { name: "refused", closeCode: number }} ConnectionState
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(callback: () => void, delayMs: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 *
 * @typedef {object} SocketOptions
 * @property {string} url
 * @property {new (url: string) => WebSocket} WebSocket
 * @property {Clock} clock
 * @property {() => number} random uniform in [0, 1)
 * @property {() => Promise<Reach>} reach what answers at the server's address
 * @property {() => void} onOpen
 * @property {(text: string) => void} onMessage
 * @property {(state: ConnectionState) => void} onState
 * @property {(trouble: Trouble | null) => void} onTrouble why there is no connection, once it is
 *   known, or none that lasts; null as soon as there is one
 */

/** Opening and registering together; a server that takes longer is as good as gone. */
const OPENING_LIMIT_MS = 15_000;
/** The server speaks at least every 25 s, so this is two heartbeats missed and some patience. */
const SILENCE_LIMIT_MS = 60_000;
/** A connection that held this long was a good one: the next failure starts the waits anew. */
const GOOD_AFTER_MS = 10_000;
/** A server that asks for more patience than this is not believed. */
const LONGEST_COME_BACK_MS = 120_000;
/** With this the page says that it does not come back. */
const GONE_FOR_GOOD = 1000;
/** What a browser reports for a socket that ended without a close frame. */
const ABNORMAL_CLOSURE = 1006;

export class ReconnectingSocket {
  #options;
  #trouble;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {unknown} */
  #timer = null;
  #attempt = 0;
  /** @type {number | null} */
  #readyAtMs = null;
  #lastHeardMs = 0;
  #isOpen = false;
  /** @type {number | null} */
  #comeBackMs = null;
  /** @type {ConnectionState} */
  #state = { name: "connecting" };

  /** @param {SocketOptions} options */
  constructor(options) {
    this.#options = options;
    this.#trouble = new TroubleFinder(options.clock, options.reach, options.onTrouble);
  }

  open() {
    this.#options.onState(this.#state);
    this.#connect();
  }

  /**
   * Sends now or not at all: what was meant for a lost connection is stale on the next one. One
   * that has been silent for too long is lost, though its timer may have slept with the machine.
   *
   * @param {object} message
   */
  send(message) {
    this.#endIfSilent();
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  /** The peer has accepted us; until then an open socket counts as an attempt. */
  markReady() {
    this.#readyAtMs ??= this.#options.clock.now();
    this.#watch(SILENCE_LIMIT_MS);
    if (this.#state.name === "connected") return;
    this.#trouble.ready();
    this.#setState({ name: "connected" });
  }

  /**
   * The server has said when to come back, and ends the connection: it spreads its pages itself.
   *
   * @param {number} delayMs
   */
  comeBackIn(delayMs) {
    this.#comeBackMs = Math.min(LONGEST_COME_BACK_MS, Math.max(0, delayMs));
  }

  /** The network is back or somebody looks: cut a wait short, or drop a socket gone silent. */
  wake() {
    const state = this.#state;
    if (this.#socket !== null) {
      this.#endIfSilent();
    } else if (state.name === "reconnecting" && afterClose(state.closeCode) === "retry") {
      this.#connect();
    }
  }

  /** Ends the connection for good; nothing is said of it any more. */
  close() {
    this.#options.clock.clearTimeout(this.#timer);
    const ended = this.#socket;
    this.#socket = null;
    ended?.close(GONE_FOR_GOOD);
  }

  #connect() {
    this.#options.clock.clearTimeout(this.#timer);
    if (this.#state.name === "reconnecting") this.#setState({ ...this.#state, retryAtMs: null });
    this.#readyAtMs = null;
    this.#isOpen = false;
    const socket = this.#newSocket();
    if (socket === null) return this.#lose(ABNORMAL_CLOSURE);
    this.#socket = socket;
    // An event of a socket that was given up must not touch its successor.
    const ifCurrent = (/** @type {() => void} */ action) => this.#socket === socket && action();
    socket.onopen = () => ifCurrent(() => this.#opened());
    socket.onmessage = (event) => ifCurrent(() => this.#hear(String(event.data)));
    socket.onclose = (event) => ifCurrent(() => this.#lose(event.code));
    this.#lastHeardMs = this.#options.clock.now();
    this.#watch(OPENING_LIMIT_MS);
  }

  /** @returns {WebSocket | null} null where an extension of the browser allows none */
  #newSocket() {
    try {
      return new this.#options.WebSocket(this.#options.url);
    } catch {
      return null;
    }
  }

  #opened() {
    this.#isOpen = true;
    this.#options.onOpen();
  }

  /** @param {string} text */
  #hear(text) {
    this.#lastHeardMs = this.#options.clock.now();
    if (this.#readyAtMs !== null) {
      this.#watch(SILENCE_LIMIT_MS);
      this.#trouble.heard(this.#lastHeardMs - this.#readyAtMs);
    }
    this.#options.onMessage(text);
  }

  /** @param {number} limitMs */
  #watch(limitMs) {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => this.#endIfSilent(), limitMs);
  }

  #endIfSilent() {
    if (this.#socket === null) return;
    const limitMs = this.#readyAtMs === null ? OPENING_LIMIT_MS : SILENCE_LIMIT_MS;
    const nowMs = this.#options.clock.now();
    // A clock that was set back would have the silence last for longer than it may.
    this.#lastHeardMs = Math.min(this.#lastHeardMs, nowMs);
    const leftMs = limitMs - (nowMs - this.#lastHeardMs);
    // Timers also run out a moment early.
    if (leftMs > 0) return this.#watch(leftMs);
    // A dead network never answers the closing handshake, so its `close` event is not awaited.
    const silent = this.#socket;
    this.#lose(ABNORMAL_CLOSURE);
    silent?.close();
  }

  /** @param {number} closeCode */
  #lose(closeCode) {
    const { clock, random } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#socket = null;
    const readyAtMs = this.#readyAtMs;
    const heardForMs = readyAtMs === null ? null : this.#lastHeardMs - readyAtMs;
    this.#trouble.ended({ closeCode, opened: this.#isOpen, heardForMs });
    const next = afterClose(closeCode);
    if (next === "stop") {
      this.#setState({ name: "refused", closeCode });
      return;
    }
    if (readyAtMs !== null && clock.now() - readyAtMs >= GOOD_AFTER_MS) this.#attempt = 0;
    const ownMs = next === "slow" ? slowBackoffMs(random) : backoffMs(this.#attempt, random);
    const delayMs = this.#comeBackMs ?? ownMs;
    this.#comeBackMs = null;
    this.#attempt += 1;
    this.#setState({ name: "reconnecting", retryAtMs: clock.now() + delayMs, closeCode });
    this.#timer = clock.setTimeout(() => this.#connect(), delayMs);
  }

  /** @param {ConnectionState} state */
  #setState(state) {
    this.#state = state;
    this.#options.onState(state);
  }
}
