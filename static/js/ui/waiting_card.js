/** The part of the first page that waits for the person's AI: its code, its question, its end. */

import { CodeLife } from "./code_life.js";
import { askedWords, CODE_OVER, SERVER_AWAY, saidToAi } from "./code_words.js";
import { elementById } from "./elements.js";

/**
 * @import { PairingConnection, PairingListener } from "../net/pairing_connection.js"
 *
 * @typedef {Omit<PairingListener, "joined">} WaitingListener
 */

const PARTS = /** @type {const} */ (["offer", "shown", "asked", "over"]);
const TITLE = document.title;

export class WaitingCard {
  #connect;
  /** @type {Pick<PairingConnection, "answerJoin" | "close"> | null} */
  #connection = null;
  #life = new CodeLife(elementById("waiting-life", HTMLElement), () => this.#end(CODE_OVER));

  /**
   * @param {(listener: WaitingListener) => Pick<PairingConnection, "answerJoin" | "close">} connect
   *   begins to wait
   */
  constructor(connect) {
    this.#connect = connect;
    for (const name of ["begin", "again"]) onClick(name, () => this.#begin());
    onClick("cancel", () => {
      this.stop();
      elementById("waiting-begin", HTMLElement).focus();
    });
    onClick("join", () => this.#answer(true));
    onClick("refuse", () => this.#answer(false));
    show("offer");
  }

  /** The person goes another way. */
  stop() {
    this.#connection?.close();
    this.#connection = null;
    this.#life.stop();
    show("offer");
  }

  #begin() {
    button("begin").disabled = button("again").disabled = true;
    this.#connection = this.#connect({
      codeCame: ({ code, validForSeconds }) => this.#codeCame(code, validForSeconds),
      joinRequested: ({ client }) => this.#ask(client),
      refused: ({ message }) => this.#end(message),
      awayChanged: (away) => {
        elementById("waiting-state", HTMLElement).textContent = away
          ? SERVER_AWAY
          : "Waiting for your AI…";
        if (away) button("begin").disabled = button("again").disabled = false;
      },
    });
  }

  /**
   * @param {string | undefined} code missing where it is the same as before
   * @param {number} validForSeconds
   */
  #codeCame(code, validForSeconds) {
    const wasShown = !part("shown").hidden;
    if (code !== undefined) {
      elementById("waiting-code", HTMLElement).textContent = code;
      elementById("waiting-said", HTMLElement).textContent = saidToAi(code);
    }
    this.#life.begin(validForSeconds);
    show("shown");
    if (!wasShown) button("cancel").focus({ preventScroll: true });
  }

  /** @param {string} client what it calls itself */
  #ask(client) {
    this.#life.stop();
    elementById("waiting-question", HTMLElement).textContent = askedWords(client);
    document.title = `${client} · ${TITLE}`;
    show("asked");
    part("asked").scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} accept */
  #answer(accept) {
    button("join").disabled = button("refuse").disabled = true;
    this.#connection?.answerJoin(accept);
  }

  /** @param {string} reason */
  #end(reason) {
    this.#connection?.close();
    this.#connection = null;
    this.#life.stop();
    elementById("waiting-problem", HTMLElement).textContent = reason;
    show("over");
  }
}

/** @param {typeof PARTS[number]} shown */
function show(shown) {
  for (const name of PARTS) part(name).hidden = name !== shown;
  for (const name of ["begin", "again", "join", "refuse"]) button(name).disabled = false;
  if (shown !== "asked") document.title = TITLE;
}

/** @param {string} name */
const part = (name) => elementById(`waiting-${name}`, HTMLElement);

/** @param {string} name */
const button = (name) => elementById(`waiting-${name}`, HTMLButtonElement);

/**
 * @param {string} name
 * @param {() => void} action
 */
const onClick = (name, action) => button(name).addEventListener("click", action);
