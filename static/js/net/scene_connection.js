/** The page's side of the scene protocol: registers, applies what comes, answers for it. */

import { ReconnectingSocket } from "./reconnecting_socket.js";

/**
 * @import { Presence, RequestAnswer, SceneChange, ServerError, SessionRegistered } from "./messages.js"
 * @import { BrowserRequest, Delivery, Heartbeat, StaffNotice, ToolCallMessage } from "./messages.js"
 * @import { PairingCode, Saying, SceneEdit, SceneEdited, SceneEditRefused } from "./messages.js"
 * @import { OthersPreview, OthersSelection, OthersView, ScenePreview } from "./messages.js"
 * @import { Shown, ViewWanted } from "./messages.js"
 * @import { ShareAnswer, ShareRefused, ShareRequest, WayIn } from "./messages.js"
 * @import { ConnectionState, SocketOptions } from "./reconnecting_socket.js"
 * @import { ServerClock } from "./server_clock.js"
 */

/**
 * Where the scene lives. `load` and `apply` change it completely or throw and change nothing.
 *
 * @typedef {object} SceneTarget
 * @property {number | null} revision the last one applied; null before the first scene
 * @property {string | null} drawingProblem why nothing can be drawn, in words for a person
 * @property {(scene: unknown, revision: number) => void} load
 * @property {(patch: unknown, revision: number) => void} apply
 *
 * @typedef {object} Listener
 * @property {SocketOptions["onState"]} connectionChanged
 * @property {SocketOptions["onTrouble"]} troubleChanged
 * @property {(role: string) => void} roleGiven before the scene is shown
 * @property {(session: SessionRegistered) => void} registered
 * @property {(changes: SceneChange[]) => void} changed each change that is now in the scene
 * @property {(message: string) => void} sceneFailed
 * @property {(call: ToolCallMessage) => void} toolCalled
 * @property {(presence: Presence) => void} presenceChanged
 * @property {(words: Saying[]) => void} wordsChanged what people have said, the oldest first
 * @property {(delivery: Delivery) => void} deliveryChanged
 * @property {(notice: StaffNotice) => void} noticed
 * @property {(error: ServerError) => void} refused
 * @property {(message: OthersPreview) => void} previewed what somebody drags at another page
 * @property {(message: OthersSelection) => void} othersSelected what somebody has selected
 * @property {(message: ViewWanted) => void} viewWanted whether this page shows its view to others
 * @property {(message: OthersView) => void} othersViewed from where somebody looks who was asked
 * @property {(code: PairingCode) => void} codeCame for another screen
 * @property {(message: SceneEdited) => void} edited
 * @property {(message: SceneEditRefused) => void} editRefused
 * @property {(message: ShareAnswer) => void} sharesAnswered
 * @property {(message: ShareRefused) => void} sharesRefused
 *
 * @typedef {Omit<SocketOptions, "onOpen" | "onMessage" | "onState" | "onTrouble"> & {
 *   wayIn: WayIn,
 *   browserId: string,
 *   personName: () => string,
 *   scene: SceneTarget,
 *   serverClock: ServerClock,
 *   isVisible: () => boolean,
 *   answerRequest: (method: string, params: unknown, signal: AbortSignal) => Promise<RequestAnswer>,
 *   listener: Listener,
 * }} ConnectionOptions
 */

/** What the server accepts as the message of a `sceneFailed`. */
const LONGEST_MESSAGE = 500;
/** A registration that has no answer by then was lost on the way: as long as opening may take. */
const REGISTERED_WITHIN_MS = 15_000;
/** Errors of the server's own, which end a connection for a while. */
const PASSING = new Set(["restarting", "come_back", "busy", "unavailable"]);

export class SceneConnection {
  #options;
  #socket;
  /** A registration on its way brings everything that is missing: ask for it only once. */
  #registering = false;
  #isConnected = false;
  #registeredAtMs = 0;
  /** What the server has asked and still waits for, by request id. */
  #requests = /** @type {Map<string, AbortController>} */ (new Map());

  /** @type {ReadonlyMap<string, (message: any) => void>} */
  #handlers = new Map([
    ["sessionRegistered", (message) => this.#sessionRegistered(message)],
    ["scenePatch", (message) => this.#scenePatch(message)],
    ["heartbeat", (message) => this.#heartbeat(message)],
    ["browserRequest", (message) => this.#browserRequest(message)],
    ["browserRequestWithdrawn", (message) => this.#requests.get(message.requestId)?.abort()],
    ["toolCall", (message) => this.#options.listener.toolCalled(message)],
    ["presence", (message) => this.#options.listener.presenceChanged(message)],
    ["personsWords", (message) => this.#options.listener.wordsChanged(message.words)],
    ["delivery", (message) => this.#options.listener.deliveryChanged(message)],
    ["notice", (message) => this.#options.listener.noticed(message)],
    ["error", (message) => this.#refused(message)],
    ["pairingCode", (message) => this.#options.listener.codeCame(message)],
    ["sceneEdited", (message) => this.#options.listener.edited(message)],
    ["sceneEditRefused", (message) => this.#options.listener.editRefused(message)],
    ["scenePreview", (message) => this.#options.listener.previewed(message)],
    ["othersSelection", (message) => this.#options.listener.othersSelected(message)],
    ["viewWanted", (message) => this.#options.listener.viewWanted(message)],
    ["othersView", (message) => this.#options.listener.othersViewed(message)],
    ["shareAnswer", (message) => this.#options.listener.sharesAnswered(message)],
    ["shareRefused", (message) => this.#options.listener.sharesRefused(message)],
  ]);

  /** @param {ConnectionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#socket = new ReconnectingSocket({
      ...options,
      onOpen: () => this.#register(options.scene.revision),
      onMessage: (text) => this.#receive(text),
      onState: (state) => this.#connectionChanged(state),
      onTrouble: (trouble) => options.listener.troubleChanged(trouble),
    });
  }

  open() {
    this.#socket.open();
  }

  /** To be called when the browser is online again. */
  wake() {
    this.#socket.wake();
  }

  /** To be called when the tab is shown or hidden: who reads "shown in 1 browser" relies on it. */
  visibilityChanged() {
    if (this.#options.isVisible()) this.#socket.wake();
    this.#sayApplied();
  }

  /**
   * To be called while the page is connected: what is sent before it is registered is refused.
   *
   * @param {SceneEdit | ShareRequest} message
   */
  send(message) {
    this.#socket.send(message);
  }

  /** @param {ScenePreview | Shown} message dropped where the page is not connected */
  show(message) {
    if (this.#isConnected) this.#socket.send(message);
  }

  /** Asks for a code with which another screen opens this scene. */
  requestCode() {
    this.#socket.send({ type: "requestPairingCode" });
  }

  /** @param {string} text */
  #receive(text) {
    const message = JSON.parse(text);
    // An unknown type is a newer server's; what it means cannot matter to this page.
    this.#handlers.get(message.type)?.(message);
  }

  /** @param {number | null} revision from where to be brought up to date; null: the whole scene */
  #register(revision) {
    const { wayIn, browserId, personName, clock } = this.#options;
    this.#registering = true;
    this.#registeredAtMs = clock.now();
    this.#socket.send({
      type: "registerSession",
      ...wayIn,
      browserId,
      ...(personName() === "" ? {} : { name: personName() }),
      ...(revision === null ? {} : { revision }),
    });
  }

  /** @param {SessionRegistered} message */
  #sessionRegistered(message) {
    const { scene, listener, serverClock } = this.#options;
    serverClock.heard(message.serverTime);
    // One that was not asked for is for a page far behind; a late copy of one would turn back time.
    if (!this.#registering && message.revision <= (scene.revision ?? -1)) return;
    this.#registering = false;
    this.#socket.markReady();
    listener.roleGiven(message.role);
    const upToDate =
      message.scene === undefined
        ? this.#applyInOrder(message.patches ?? [])
        : this.#attempt(message.revision, () => scene.load(message.scene, message.revision));
    if (upToDate) this.#sayApplied();
    listener.registered(message);
    if (message.words !== undefined) listener.wordsChanged(message.words);
  }

  /** @param {SceneChange} change */
  #scenePatch(change) {
    const before = this.#options.scene.revision;
    if (this.#applyInOrder([change]) && this.#options.scene.revision !== before) {
      this.#sayApplied();
    }
  }

  /**
   * @param {SceneChange[]} changes
   * @returns {boolean} false where one is missing or failed, and a registration is to mend it
   */
  #applyInOrder(changes) {
    const { scene, listener } = this.#options;
    const applied = changes.filter((change) => change.revision > (scene.revision ?? -1));
    const failedAt = applied.findIndex((change) => !this.#applyNext(change));
    if (failedAt !== -1) applied.length = failedAt;
    if (applied.length > 0) listener.changed(applied);
    return failedAt === -1;
  }

  /**
   * @param {SceneChange} change
   * @returns {boolean}
   */
  #applyNext({ revision, patch }) {
    const { scene } = this.#options;
    if (scene.revision === null || revision !== scene.revision + 1) {
      this.#catchUp(scene.revision);
      return false;
    }
    if (this.#attempt(revision, () => scene.apply(patch, revision))) return true;
    this.#catchUp(null);
    return false;
  }

  /** @param {number | null} revision as for `#register` */
  #catchUp(revision) {
    const waitedMs = this.#options.clock.now() - this.#registeredAtMs;
    if (!this.#registering || waitedMs >= REGISTERED_WITHIN_MS) this.#register(revision);
  }

  /**
   * @param {number} revision
   * @param {() => void} change
   * @returns {boolean}
   */
  #attempt(revision, change) {
    try {
      change();
      return true;
    } catch (error) {
      const message = String(error instanceof Error ? error.message : error);
      this.#sayFailed(revision, message);
      this.#options.listener.sceneFailed(message);
      return false;
    }
  }

  /** Said for each change at once: the server takes no answer to its own messages for a flood. */
  #sayApplied() {
    const { scene, isVisible } = this.#options;
    const { revision, drawingProblem } = scene;
    if (revision === null || this.#registering) return;
    if (drawingProblem !== null) this.#sayFailed(revision, drawingProblem);
    else this.#socket.send({ type: "sceneApplied", revision, visible: isVisible() });
  }

  /**
   * @param {number} revision
   * @param {string} message
   */
  #sayFailed(revision, message) {
    this.#socket.send({
      type: "sceneFailed",
      revision,
      message: message.slice(0, LONGEST_MESSAGE),
    });
  }

  /** @param {Heartbeat} message */
  #heartbeat(message) {
    const { scene, serverClock } = this.#options;
    serverClock.heard(message.serverTime);
    this.#socket.send({ type: "heartbeat", revision: scene.revision ?? 0 });
    if (message.revision > (scene.revision ?? -1)) this.#catchUp(scene.revision);
  }

  /** @param {BrowserRequest} message */
  async #browserRequest({ requestId, method, params }) {
    if (this.#requests.has(requestId)) return;
    const asked = new AbortController();
    this.#requests.set(requestId, asked);
    try {
      const answer = await this.#options.answerRequest(method, params, asked.signal);
      if (asked.signal.aborted) return;
      this.#socket.send({ type: "browserResponse", requestId, ...answer });
    } finally {
      this.#requests.delete(requestId);
    }
  }

  /** @param {ConnectionState} state */
  #connectionChanged(state) {
    this.#isConnected = state.name === "connected";
    if (state.name === "reconnecting") this.#options.serverClock.beginAnew();
    // What was asked over a lost connection can be answered over no other.
    if (state.name !== "connected") for (const asked of this.#requests.values()) asked.abort();
    this.#options.listener.connectionChanged(state);
  }

  /** @param {ServerError} message */
  #refused(message) {
    this.#registering = false;
    if (message.retryAfterSeconds !== undefined) {
      this.#socket.comeBackIn(message.retryAfterSeconds * 1000);
    }
    // Of these the status tells: the page did nothing wrong, and comes back by itself.
    if (!PASSING.has(message.code)) this.#options.listener.refused(message);
  }
}
