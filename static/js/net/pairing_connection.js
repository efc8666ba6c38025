/** The connection of a page without a scene: it joins one by a code, or waits for a client. */

import { ReconnectingSocket } from "./reconnecting_socket.js";

/**
 * @import { JoinRequest, PairingCode, ServerError, SessionRegistered } from "./messages.js"
 * @import { SocketOptions } from "./reconnecting_socket.js"
 *
 * @typedef {object} PairingListener
 * @property {(code: PairingCode) => void} codeCame of this page, which waits now
 * @property {(request: JoinRequest) => void} joinRequested
 * @property {(sessionId: string) => void} joined
 * @property {(error: ServerError) => void} refused the connection has ended
 * @property {(away: boolean) => void} awayChanged whether the server cannot be reached
 *
 * @typedef {Pick<SocketOptions, "url" | "WebSocket" | "clock" | "random" | "reach"> & {
 *   browserId: string,
 *   code: string | null,
 *   listener: PairingListener,
 * }} PairingOptions `code` is that of a scene; null for a page that waits
 */

/** The server has ended the connection, and its reason did not arrive. */
const UNEXPLAINED = {
  code: "refused",
  message: "The server ended this connection. Reload the page.",
};
/** After these the page comes back by itself, as the server asks it to. */
const PASSING = new Set(["restarting", "come_back", "busy", "unavailable"]);

export class PairingConnection {
  #options;
  #socket;
  /** Only this page has it: its code is said to others. */
  #ticket = "";

  /** @type {ReadonlyMap<string, (message: any) => void>} */
  #handlers = new Map([
    ["pairingCode", (message) => this.#codeCame(message)],
    ["joinRequested", (message) => this.#options.listener.joinRequested(message)],
    ["sessionRegistered", (message) => this.#joined(message)],
    ["heartbeat", (_message) => this.#socket.send({ type: "heartbeat", revision: 0 })],
    ["error", (message) => this.#refused(message)],
  ]);

  /** @param {PairingOptions} options */
  constructor(options) {
    this.#options = options;
    this.#socket = new ReconnectingSocket({
      ...options,
      onOpen: () => this.#register(),
      onMessage: (text) => {
        const message = JSON.parse(text);
        this.#handlers.get(message.type)?.(message);
      },
      onState: (state) => {
        if (state.name === "refused") this.#refused(UNEXPLAINED);
      },
      onTrouble: (trouble) => options.listener.awayChanged(trouble !== null),
    });
  }

  open() {
    this.#socket.open();
  }

  /** To be called when the browser is online, or the page in sight, again. */
  wake() {
    this.#socket.wake();
  }

  /** Gives the code up. */
  close() {
    this.#socket.close();
  }

  /** @param {boolean} accept whether the person agrees to see the client's scene here */
  answerJoin(accept) {
    this.#socket.send({ type: "joinAnswer", accept });
  }

  #register() {
    const { browserId, code } = this.#options;
    const wayIn = code === null ? { waiting: true, ...this.#ticketMember() } : { code };
    this.#socket.send({ type: "registerSession", browserId, ...wayIn });
  }

  #ticketMember() {
    return this.#ticket === "" ? {} : { ticket: this.#ticket };
  }

  /** @param {PairingCode} message */
  #codeCame(message) {
    this.#socket.markReady();
    this.#ticket = message.ticket ?? this.#ticket;
    this.#options.listener.codeCame(message);
  }

  /** @param {SessionRegistered} message */
  #joined({ sessionId = "" }) {
    this.#socket.close();
    this.#options.listener.joined(sessionId);
  }

  /** @param {ServerError} message */
  #refused(message) {
    if (PASSING.has(message.code)) {
      this.#socket.comeBackIn((message.retryAfterSeconds ?? 1) * 1000);
      return;
    }
    this.#socket.close();
    this.#options.listener.refused(message);
  }
}
