/** Keeps a view's scene as it is at the server: one call after the other, each waits for changes. */

import { backoffMs } from "../net/backoff.js";

/**
 * @import { SceneState } from "../document/state.js"
 * @import { Clock } from "../net/reconnecting_socket.js"
 * @import { ToolResult } from "./host.js"
 *
 * @typedef {"view_expired" | "session_closed" | "cannot_draw"} Ending
 *
 * @typedef {object} FollowingOptions
 * @property {(args: Record<string, unknown>) => Promise<ToolResult>} ask calls `scene_changes`
 * @property {Pick<SceneState, "revision" | "load" | "apply">} scene
 * @property {(seconds: number) => void} timeHeard what the server's clock said just now
 * @property {(isTroubled: boolean) => void} troubled whether the latest call has failed
 * @property {(why: Ending) => void} ended nothing more will come
 * @property {Pick<Clock, "setTimeout">} clock
 * @property {() => number} random
 */

export const VIEW = "hello3d/view";
const ERROR = "hello3d/error";
/** Faster changes come together. */
const LEAST_MS = 250;
const FINAL = /** @type {readonly string[]} */ (["view_expired", "session_closed"]);

export class Following {
  #options;
  #token = "";
  #isSeen = true;
  #isRunning = false;
  #failed = 0;
  /** Of what is followed by now: a call for an earlier one is dropped when it comes back. */
  #turn = 0;
  /** Whether the next answer must be the whole scene. */
  #lacksAll = true;

  /** @param {FollowingOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** @param {string} token of the scene to follow from now on */
  follow(token) {
    this.#turn++;
    this.#isRunning = false;
    this.#token = token;
    this.#lacksAll = true;
    this.#resume();
  }

  stop() {
    this.#turn++;
    this.#token = "";
  }

  /** @param {boolean} isSeen nothing is asked for while nobody looks */
  see(isSeen) {
    this.#isSeen = isSeen;
    this.#resume();
  }

  #resume() {
    if (this.#isRunning || !this.#isSeen || this.#token === "") return;
    this.#isRunning = true;
    void this.#run(this.#turn);
  }

  /** @param {number} turn */
  async #run(turn) {
    while (turn === this.#turn && this.#isSeen && this.#token !== "") {
      const waitMs = await this.#ask(turn);
      if (turn === this.#turn) await this.#pause(waitMs);
    }
    if (turn === this.#turn) this.#isRunning = false;
  }

  /**
   * @param {number} turn
   * @returns {Promise<number>} milliseconds until the next call
   */
  async #ask(turn) {
    const { ask, scene, troubled } = this.#options;
    const since = this.#lacksAll ? {} : { since: scene.revision };
    try {
      const answer = await ask({ view_token: this.#token, ...since });
      if (turn !== this.#turn) return 0;
      if (answer.isError) return this.#refused(answer);
      this.#take(answer);
    } catch (error) {
      console.warn(error);
      return turn === this.#turn ? this.#troubled() : 0;
    }
    this.#failed = 0;
    troubled(false);
    return LEAST_MS;
  }

  /** @param {ToolResult} answer */
  #take({ structuredContent: told = {}, _meta }) {
    const { scene, timeHeard } = this.#options;
    this.#token = _meta?.[VIEW]?.token ?? this.#token;
    timeHeard(told.serverTime);
    if (told.scene !== undefined) {
      this.#load(JSON.parse(told.scene), told.revision);
      return;
    }
    this.#lacksAll = true; // until all of them fit
    for (const { revision, patch } of told.patches) scene.apply(JSON.parse(patch), revision);
    this.#lacksAll = false;
  }

  /**
   * @param {unknown} document
   * @param {number} revision
   */
  #load(document, revision) {
    try {
      this.#options.scene.load(document, revision);
      this.#lacksAll = false;
    } catch (error) {
      console.warn(error); // made by a server that is newer than this view
      this.#end("cannot_draw");
    }
  }

  /** @param {ToolResult} answer */
  #refused({ _meta }) {
    const { code, retryAfterSeconds } = _meta?.[ERROR] ?? {};
    if (!FINAL.includes(code)) return Math.max(this.#troubled(), (retryAfterSeconds ?? 0) * 1000);
    this.#end(code);
    return 0;
  }

  /** @param {Ending} why */
  #end(why) {
    this.stop();
    this.#options.ended(why);
  }

  #troubled() {
    this.#options.troubled(true);
    return backoffMs(this.#failed++, this.#options.random);
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => this.#options.clock.setTimeout(() => resolve(null), ms));
  }
}
