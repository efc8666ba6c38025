/** The panel that says how to connect an AI client: open until one has called. */

import { elementById } from "./elements.js";

export class ConnectPanel {
  #panel = elementById("connect", HTMLDetailsElement);
  /** Once the person has opened or closed it, it is theirs. */
  #theirs = false;

  constructor() {
    this.#panel.querySelector("summary")?.addEventListener("click", () => {
      this.#theirs = true;
    });
  }

  /** @param {number} revision above 0: a client has already changed the scene */
  sceneArrived(revision) {
    this.#setOpen(revision === 0);
  }

  clientCalled() {
    this.#setOpen(false);
  }

  /** @param {boolean} open */
  #setOpen(open) {
    if (!this.#theirs) this.#panel.open = open;
  }
}
