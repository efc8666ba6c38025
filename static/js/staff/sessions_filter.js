/** Which sessions are shown: by state, by a search, and which page of them. */

import { elementById } from "../ui/elements.js";

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
        this.#go({ ...this.#view, page: this.#view.page + step });
      });
    }
  }

  /** @param {SessionsMessage} shown what now stands in the table */
  shown({ state, search, page, hasMore, sessions }) {
    const isUsual = state === "live" && search === "" && page === 0;
    elementById("no-sessions", HTMLElement).hidden = sessions.length > 0;
    elementById("none-at-all", HTMLElement).hidden = !isUsual;
    elementById("none-found", HTMLElement).hidden = isUsual;
    this.#pages.hidden = page === 0 && !hasMore;
    this.#link("prev").hidden = page === 0;
    this.#link("next").hidden = !hasMore;
    const number = this.#pages.querySelector("[data-page]");
    if (number) number.textContent = String(page + 1);
  }

  #read() {
    clearTimeout(this.#typing);
    const data = new FormData(this.#form);
    const state = String(data.get("state"));
    const search = String(data.get("search")).trim();
    if (state === this.#view.state && search === this.#view.search) return;
    this.#go({ state, search, page: 0 });
  }

  /** @param {View} view */
  #go(view) {
    this.#view = view;
    const query = new URLSearchParams({ ...view, page: String(view.page) });
    history.replaceState(null, "", `?${query}`); // a reload shows the same
    this.#onChange(view);
  }

  /** @param {"prev" | "next"} rel */
  #link(rel) {
    return /** @type {HTMLAnchorElement} */ (this.#pages.querySelector(`[rel="${rel}"]`));
  }
}
