/** The overview's side of /ws/staff/: says what to show, and confirms what has come. */

import { ReconnectingSocket } from "../net/reconnecting_socket.js";

/**
 * @import { CallRow, Overview, SessionsMessage, View } from "./messages.js"
 * @import { SocketOptions } from "../net/reconnecting_socket.js"
 * @import { ServerError } from "../net/messages.js"
 *
 * @typedef {object} Listener
 * @property {SocketOptions["onState"]} connectionChanged
 * @property {SocketOptions["onTrouble"]} troubleChanged
 * @property {(overview: Overview) => void} overviewCame
 * @property {(message: SessionsMessage) => void} sessionsCame
 * @property {(calls: CallRow[]) => void} callsCame
 * @property {(error: ServerError) => void} failed
 *
 * @typedef {Omit<SocketOptions, "onOpen" | "onMessage" | "onState" | "onTrouble"> & {
 *   view: View,
 *   listener: Listener,
 * }} ConnectionOptions
 */

export class StaffConnection {
  #options;
  #socket;
  #view;

  /** @type {ReadonlyMap<string, (message: any) => void>} */
  #handlers = new Map([
    ["overview", (message) => this.#options.listener.overviewCame(message)],
    ["sessions", (message) => this.#sessionsCame(message)],
    ["toolCalls", (message) => this.#options.listener.callsCame(message.calls)],
    ["error", (message) => this.#options.listener.failed(message)],
  ]);

  /** @param {ConnectionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#view = options.view;
    this.#socket = new ReconnectingSocket({
      ...options,
      onOpen: () => this.show(this.#view),
      onMessage: (text) => this.#receive(text),
      onState: (state) => options.listener.connectionChanged(state),
      onTrouble: (trouble) => options.listener.troubleChanged(trouble),
    });
  }

  open() {
    this.#socket.open();
  }

  /** To be called when the browser is online again, or somebody looks. */
  wake() {
    this.#socket.wake();
  }

  /** @param {View} view which sessions to show from now on */
  show({ state, search, page }) {
    this.#view = { state, search, page };
    this.#socket.send({ type: "showSessions", ...this.#view });
  }

  /** @param {string} text */
  #receive(text) {
    const message = JSON.parse(text);
    // Only what staff may see has a number: an error may be a refusal.
    if (message.look !== undefined) this.#socket.markReady();
    this.#handlers.get(message.type)?.(message);
    if (message.look !== undefined) this.#socket.send({ type: "shown", look: message.look });
  }

  /** @param {SessionsMessage} message */
  #sessionsCame(message) {
    const { state, search, page } = this.#view;
    // What was asked for before the last change of mind may still be on its way.
    const isWanted = message.state === state && message.search === search && message.page === page;
    if (isWanted) this.#options.listener.sessionsCame(message);
  }
}
