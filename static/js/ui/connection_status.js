/** The page's connection and the AI's in words: the chip at the top, and why there is none. */

import { CLOSE } from "../net/close_codes.js";
import { aiWords } from "./ai_presence.js";
import { reconnectingWords, refusalWords } from "./connection_words.js";
import { elementById } from "./elements.js";
import { LATE, UNSTORED } from "./words.js";

/**
 * @import { Presence } from "../net/messages.js"
 * @import { ConnectionState } from "../net/reconnecting_socket.js"
 */

const TICK_MS = 1000;

export class ConnectionStatus {
  #text = elementById("connection-text", HTMLElement);
  #countdown = elementById("connection-countdown", HTMLElement);
  #ai = elementById("ai-text", HTMLElement);
  #refusal = elementById("refusal", HTMLElement);
  #refusalTitle = elementById("refusal-title", HTMLElement);
  #signIn = elementById("refusal-sign-in", HTMLAnchorElement);
  #startNew = elementById("refusal-start", HTMLFormElement);
  #reload = elementById("refusal-reload", HTMLAnchorElement);
  #home = elementById("refusal-home", HTMLAnchorElement);
  #refusalAdvice = elementById("refusal-advice", HTMLElement);
  #how;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;
  /** What the server said last of why it does not serve this page. */
  #reason = "";
  #late = false;
  /** Whether changes of this page wait to be stored. */
  #waits = false;
  /** @type {ConnectionState} */
  #state = { name: "connecting" };

  /** @param {{ byShare: boolean }} how the page came */
  constructor(how) {
    this.#how = how;
  }

  /** @param {ConnectionState} state */
  show(state) {
    this.#state = state;
    document.body.dataset.connection = state.name;
    if (state.name !== "connected") this.#setLate(false); // a new connection says it anew
    clearInterval(this.#ticker);
    this.#countdown.textContent = "";
    this.#ai.hidden = state.name !== "connected" || this.#ai.textContent === "";
    const waits = state.name === "reconnecting" && state.closeCode === CLOSE.tooMany;
    this.#refusal.hidden = state.name !== "refused" && !waits;
    this.#text.textContent = this.#words(state);
    if (state.name === "refused" || waits) this.#explain(state.closeCode);
    if (state.name === "reconnecting" && state.retryAtMs !== null) this.#count(state.retryAtMs);
  }

  /** @param {string} reason what the server says before it ends a connection */
  showReason(reason) {
    this.#reason = reason;
  }

  /** @param {Presence} presence */
  showPresence(presence) {
    document.body.dataset.ai = presence.clients > 0 ? "here" : "none";
    // Who came by a link for others has no AI to wait for.
    const isMissed = presence.clients > 0 || !this.#how.byShare;
    this.#ai.textContent = isMissed ? aiWords(presence) : "";
    this.#ai.hidden = !isMissed;
  }

  /** @param {boolean} late whether changes may arrive late, on the connection there is */
  showDelivery(late) {
    this.#setLate(late);
    this.#text.textContent = this.#words(this.#state);
  }

  /** @param {boolean} waits whether changes of this page wait to be stored for longer than usual */
  showWaiting(waits) {
    this.#waits = waits;
    document.body.dataset.edits = waits ? "waiting" : "stored";
    this.#text.textContent = this.#words(this.#state);
  }

  /** @param {boolean} late */
  #setLate(late) {
    this.#late = late;
    document.body.dataset.delivery = late ? "late" : "prompt";
  }

  /** @param {ConnectionState} state */
  #words(state) {
    if (state.name === "connecting") return "Connecting…";
    if (state.name === "connected" && this.#waits) return UNSTORED;
    if (state.name === "connected") return this.#late ? LATE : "Live";
    if (state.name === "refused") return refusalWords(state.closeCode, this.#how).status;
    return reconnectingWords(state.closeCode, this.#waits);
  }

  /** @param {number} closeCode */
  #explain(closeCode) {
    const { title, advice, wayOn } = refusalWords(closeCode, this.#how);
    this.#refusalTitle.textContent = title;
    // Which limit it was, the server alone knows.
    this.#refusalAdvice.textContent = (closeCode === CLOSE.tooMany && this.#reason) || advice;
    this.#signIn.hidden = wayOn !== "signIn";
    this.#startNew.hidden = wayOn !== "start";
    this.#reload.hidden = wayOn !== "reload";
    this.#home.hidden = wayOn !== "home";
    const back = encodeURIComponent(location.pathname + location.search);
    this.#signIn.search = `?next=${back}`;
  }

  /** @param {number} retryAtMs */
  #count(retryAtMs) {
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((retryAtMs - Date.now()) / 1000));
      this.#countdown.textContent = `in ${seconds} s`;
    };
    tick();
    this.#ticker = setInterval(tick, TICK_MS);
  }
}
