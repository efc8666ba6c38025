/** The view's buttons and its line of text: all of them have the chat do something. */

import { elementById } from "../ui/elements.js";
import { connectViewKeys } from "../ui/view_controls.js";
import { lookFrom, NOT_OPENED, NOT_SAID, SAID } from "./words.js";

/**
 * @import { Stage } from "../scene/stage.js"
 * @import { Host, HostContext } from "./host.js"
 */

/** A link has to be marked and copied. */
const TO_COPY_MS = 60_000;
const button = (/** @type {string} */ id) => elementById(id, HTMLButtonElement);

export class Controls {
  #host;
  #stage;
  #note;
  #url = "";
  #mode = "inline";

  /**
   * @param {Host} host
   * @param {Stage} stage
   * @param {(text: string, ms?: number) => void} note tells the person something for a while
   */
  constructor(host, stage, note) {
    this.#host = host;
    this.#stage = stage;
    this.#note = note;
    const canvas = elementById("stage", HTMLCanvasElement);
    connectViewKeys(canvas, stage.view);
    const words = elementById("words", HTMLInputElement);
    const send = async () => {
      const text = words.value.trim();
      if (text !== "" && (await this.#say(text))) words.value = "";
    };
    // No form: chats let their views submit none.
    button("send").addEventListener("click", send);
    words.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) void send();
    });
    button("look").addEventListener("click", () => {
      const { width, height } = stage.size;
      return this.#say(lookFrom(stage.view.seen(width / height)));
    });
    button("reset").addEventListener("click", () => {
      stage.view.reset();
      canvas.focus();
    });
    button("open").addEventListener("click", () => this.#open());
    button("mode").addEventListener("click", () => this.#changeMode());
  }

  /** @param {string} url of the scene's page */
  showLink(url) {
    this.#url = url;
    button("open").hidden = false;
    elementById("say", HTMLElement).hidden = false;
  }

  showWhetherMoved() {
    button("reset").hidden = !this.#stage.view.moved;
  }

  /** @param {HostContext} context */
  surroundingsChanged({ displayMode = "inline", availableDisplayModes = [] }) {
    this.#mode = displayMode === "fullscreen" ? "inline" : "fullscreen";
    button("mode").hidden = !availableDisplayModes.includes(this.#mode);
    button("mode").textContent = this.#mode === "inline" ? "Leave full screen" : "Full screen";
  }

  /** Nothing can be said of a scene that is gone. */
  end() {
    elementById("say", HTMLElement).hidden = true;
  }

  /** @param {string} text */
  async #say(text) {
    try {
      await this.#host.say(text);
      this.#note(SAID);
      return true;
    } catch {
      this.#note(NOT_SAID);
      return false;
    }
  }

  async #open() {
    try {
      await this.#host.openLink(this.#url);
    } catch {
      this.#note(`${NOT_OPENED} ${this.#url}`, TO_COPY_MS);
    }
  }

  async #changeMode() {
    await this.#host.changeMode(this.#mode).catch(() => {}); // it stays as it is
  }
}
