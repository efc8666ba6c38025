/** A code with which another screen opens this scene: made when the person asks for it. */

import { CodeLife } from "./code_life.js";
import { elementById } from "./elements.js";

/** @import { PairingCode } from "../net/messages.js" */

export class ScreenCode {
  #code = elementById("screen-code", HTMLElement);
  #life = elementById("screen-life", HTMLElement);
  #button = elementById("screen-get", HTMLButtonElement);
  #left;

  /** @param {() => void} request asks the server for a code */
  constructor(request) {
    this.#left = new CodeLife(this.#life, () => this.#show(""));
    this.#button.addEventListener("click", () => {
      this.#button.disabled = true;
      request();
    });
  }

  /** @param {PairingCode} message */
  came({ code = "", validForSeconds }) {
    this.#show(code);
    this.#life.hidden = false;
    this.#left.begin(validForSeconds);
  }

  /** The server made none, or the connection broke before it said so. */
  failed() {
    this.#button.disabled = false;
  }

  /** @param {string} code */
  #show(code) {
    this.#code.textContent = code;
    this.#code.hidden = code === "";
    this.#button.disabled = false;
    this.#button.textContent = "Get a new code";
  }
}
