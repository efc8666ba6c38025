/** Models of the page: dropped on it or chosen, on their way to the server, and from there. */

import { openModels } from "../scene/objects/model_files.js";
import { elementById } from "./elements.js";
import { MODEL_FAILED, modelWords } from "./words.js";

/**
 * @import { Outbox } from "../edit/outbox.js"
 * @import { WayIn } from "../net/messages.js"
 * @import { Arriving } from "../scene/objects/model_files.js"
 *
 * @typedef {object} ModelOptions
 * @property {WayIn} wayIn
 * @property {Outbox["send"]} send
 * @property {() => boolean} mayEdit
 * @property {(title: string, text: string) => void} failed
 */

export class Models {
  #options;
  #authorization;
  #card = elementById("models", HTMLElement);
  #title = elementById("models-title", HTMLElement);
  #bar = elementById("models-progress", HTMLProgressElement);
  #cancel = elementById("models-cancel", HTMLButtonElement);
  /** The upload under way. @type {AbortController | null} */
  #sending = null;
  /** @type {Arriving} */
  #arriving = { count: 0, failed: 0, share: 0 };

  /** @param {ModelOptions} options */
  constructor(options) {
    this.#options = options;
    const { wayIn } = options;
    this.#authorization = "share" in wayIn ? `Share ${wayIn.share}` : `Session ${wayIn.sessionId}`;
    openModels(this.#authorization, (arriving) => this.#come(arriving));
    this.#cancel.addEventListener("click", () => this.#sending?.abort());
    const input = elementById("model-file", HTMLInputElement);
    elementById("model-add", HTMLButtonElement).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      void this.#add([...(input.files ?? [])]);
      input.value = "";
    });
    addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    addEventListener("drop", (event) => {
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      void this.#add(files);
    });
  }

  /** @param {File[]} files are sent one after another */
  async #add(files) {
    if (this.#sending !== null || !this.#options.mayEdit()) return;
    this.#sending = new AbortController();
    const { signal } = this.#sending;
    try {
      // Only here, so that nobody loads it before it is needed.
      const { sendModel } = await import("./model_upload.js");
      for (const file of files) {
        const progress = (/** @type {number} */ share) => this.#show(modelWords(file.name), share);
        progress(0);
        const upload = await sendModel(file, this.#authorization, { signal, progress });
        await this.#options.send("import_model", { upload });
      }
    } catch (error) {
      const isCancelled = error instanceof DOMException && error.name === "AbortError";
      const text = error instanceof Error ? error.message : MODEL_FAILED.unknown;
      if (!isCancelled) this.#options.failed(MODEL_FAILED.title, text);
    }
    this.#sending = null;
    this.#come(this.#arriving);
  }

  /** @param {Arriving} arriving */
  #come(arriving) {
    if (arriving.failed > this.#arriving.failed) {
      this.#options.failed(MODEL_FAILED.missing, MODEL_FAILED.box);
    }
    this.#arriving = arriving;
    if (this.#sending !== null) return;
    if (arriving.count === 0) this.#card.hidden = true;
    else this.#show(modelWords("", arriving.count), arriving.share);
  }

  /**
   * @param {string} title
   * @param {number} share
   */
  #show(title, share) {
    this.#title.textContent = title;
    if (share > 0 && share < 1) this.#bar.value = share;
    else this.#bar.removeAttribute("value");
    this.#cancel.hidden = this.#sending === null;
    this.#card.hidden = false;
  }
}
