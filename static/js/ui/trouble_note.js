/** Says why there is no connection, beside the scene as it was: the page goes on trying. */

import { troubleWords } from "./connection_words.js";
import { elementById } from "./elements.js";

/** @import { Trouble } from "../net/trouble.js" */

export class TroubleNote {
  #note = elementById("trouble", HTMLElement);
  #title = elementById("trouble-title", HTMLElement);
  #advice = elementById("trouble-advice", HTMLElement);
  #operator = elementById("trouble-operator", HTMLElement);

  /** @param {Trouble | null} trouble */
  show(trouble) {
    this.#note.hidden = trouble === null;
    if (trouble === null) return;
    const { title, advice, operator } = troubleWords(trouble, location.origin);
    this.#title.textContent = title;
    this.#advice.textContent = advice;
    this.#operator.textContent = operator;
  }
}
