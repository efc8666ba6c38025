/** Says that an AI client is here, and what one could ask it, until there is something to see. */

import { copied } from "./copy_buttons.js";
import { elementById, newElement } from "./elements.js";

export class Greeting {
  #card = elementById("greeting", HTMLElement);
  #title = elementById("greeting-title", HTMLElement);
  #requests = elementById("greeting-requests", HTMLElement);

  constructor() {
    elementById("greeting-close", HTMLElement).addEventListener("click", () => this.hide());
  }

  /**
   * @param {string} who
   * @param {string[]} requests
   */
  show(who, requests) {
    this.#title.textContent = `${who} is here. Try:`;
    this.#requests.replaceChildren(...requests.map(requestItem));
    this.#card.hidden = false;
  }

  hide() {
    this.#card.hidden = true;
  }
}

/** @param {string} request */
function requestItem(request) {
  const item = newElement("li", "");
  const text = newElement("span", "", request);
  const button = newElement("button", "button button-small", "Copy");
  button.setAttribute("type", "button");
  button.setAttribute("aria-live", "polite");
  button.setAttribute("aria-label", `Copy: ${request}`);
  button.addEventListener("click", async () => {
    button.textContent = await copied(text);
    button.removeAttribute("aria-label"); // what it says now is what happened
  });
  item.append(text, button);
  return item;
}
