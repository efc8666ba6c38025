/** The line in which a person says something to the AI, and whether that was read. */

import { elementById } from "./elements.js";
import { readWords, UNREAD } from "./words.js";

/**
 * @import { Outbox } from "../edit/outbox.js"
 * @import { Selection } from "../edit/selection.js"
 * @import { Saying } from "../net/messages.js"
 */

/** The name of the edit that says it. */
const SAY = "say";
/** The server takes no more names with one edit. */
const MOST_TARGETS = 500;

export class Sayings {
  #form = elementById("say", HTMLFormElement);
  #text = elementById("say-text", HTMLInputElement);
  #count = elementById("say-count", HTMLElement);
  #latest = elementById("say-latest", HTMLElement);
  #send;
  #selection;

  /**
   * @param {Outbox["send"]} send
   * @param {Pick<Selection, "ids">} selection what "this" means
   */
  constructor(send, selection) {
    this.#send = send;
    this.#selection = selection;
    this.#text.addEventListener("input", () => this.#showCount());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#say();
    });
  }

  /** Once an AI was here: what is said later, it reads when it is back. @param {number} clients */
  presenceChanged(clients) {
    if (clients > 0) this.#form.hidden = false;
  }

  /** @param {readonly Saying[]} words what people have said, the oldest first */
  show(words) {
    const latest = words.at(-1);
    if (latest === undefined) return;
    this.#form.hidden = false;
    const { text, readBy } = latest;
    this.#latest.textContent = `“${text}” ${readBy.length === 0 ? UNREAD : readWords(readBy)}`;
  }

  async #say() {
    const text = this.#text.value;
    if (text.trim() === "") return;
    const targets = this.#selection.ids.slice(0, MOST_TARGETS);
    const outcome = await this.#send(SAY, { text, targets });
    if (!outcome.confirmed || this.#text.value !== text) return;
    this.#text.value = "";
    this.#showCount();
  }

  #showCount() {
    const { length } = this.#text.value;
    this.#count.textContent = length === 0 ? "" : `${length}/${this.#text.maxLength}`;
  }
}
