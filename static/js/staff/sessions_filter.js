/** The form above the sessions, and the links below them to other pages. */

import { elementById } from "../ui/elements.js";
import { addressOf, chosenView, outcomeOf, turnedView } from "./sessions_view.js";

/** @import { SessionsMessage, View } from "./messages.js" */

const TYPING_PAUSE_MS = 250;

export class SessionsFilter {
  #form = elementById("sessions-filter", HTMLFormElement);
  #pages = elementById("sessions-pages", HTMLElement);
  #view;
  #onChange;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;

  /**
   * @param {View} view as the page was loaded
   * @param {(view: View) => void} onChange
   */
  constructor({ state, search, page }, onChange) {
    this.#view = { state, search, page };
    this.#onChange = onChange;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#read();
    });
    this.#form.addEventListener("change", () => this.#read());
    this.#form.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#read(), TYPING_PAUSE_MS);
    });
    for (const [rel, step] of /** @type {const} */ ([
      ["prev", -1],
      ["next", 1],
    ])) {
      this.#link(rel).addEventListener("click", (event) => {
        event.preventDefault();
        this.#go(turnedView(this.#view, step));
      });
    }
  }

  /** @param {SessionsMessage} shown what now stands in the table */
  shown(shown) {
    const { none, later, earlier } = outcomeOf(shown);
    elementById("no-sessions", HTMLElement).hidden = none === "";
    elementById("none-at-all", HTMLElement).hidden = none !== "at all";
    elementById("none-found", HTMLElement).hidden = none !== "found";
    this.#pages.hidden = !later && !earlier;
    this.#link("prev").hidden = !later;
    this.#link("next").hidden = !earlier;
    const number = this.#pages.querySelector("[data-page]");
    if (number) number.textContent = String(shown.page + 1);
  }

  #read() {
    clearTimeout(this.#typing);
    const data = new FormData(this.#form);
    const chosen = { state: String(data.get("state")), search: String(data.get("search")) };
    this.#go(chosenView(this.#view, chosen));
  }

  /** @param {View} view */
  #go(view) {
    if (view === this.#view) return;
    this.#view = view;
    history.replaceState(null, "", addressOf(view)); // a reload shows the same
    this.#onChange(view);
  }

  /** @param {"prev" | "next"} rel */
  #link(rel) {
    return /** @type {HTMLAnchorElement} */ (this.#pages.querySelector(`[rel="${rel}"]`));
  }
}
