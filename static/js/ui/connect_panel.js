/** The panel that says how to connect an AI client: open until one is there, where there is room. */

import { connectClientTabs } from "./client_tabs.js";
import { elementById } from "./elements.js";

/** Narrower, the open panel would lie over the model. */
const BESIDE_THE_MODEL = "(min-width: 900px)";

export class ConnectPanel {
  #panel = elementById("connect", HTMLDetailsElement);
  /** Once the person has opened or closed it, it is theirs. */
  #theirs = false;

  constructor() {
    connectClientTabs();
    this.#panel.querySelector("summary")?.addEventListener("click", () => {
      this.#theirs = true;
    });
  }

  /** @param {number} revision above 0: a client has already changed the scene */
  sceneArrived(revision) {
    if (!this.#theirs) this.#panel.open = revision === 0 && matchMedia(BESIDE_THE_MODEL).matches;
  }

  /** A change came: a client is at work, also where its coming was not announced. */
  sceneChanged() {
    if (!this.#theirs) this.#panel.open = false;
  }

  /** What the person had opened it for is done. */
  clientCame() {
    this.#panel.open = false;
    this.#theirs = true;
  }
}
