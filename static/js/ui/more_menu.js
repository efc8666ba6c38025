/** The menu “More”: what a person downloads of the scene, and how they have the page. */

import { elementById } from "./elements.js";
import { connectFullScreen } from "./full_screen.js";
import { connectThemes } from "./theme.js";
import { DOWNLOAD_FAILED, DOWNLOADING, sizeWords } from "./words.js";

/**
 * @import { Selection } from "../edit/selection.js"
 * @import { Size } from "../scene/known_pixels.js"
 * @import { Stage } from "../scene/stage.js"
 * @import { DownloadKind } from "./downloads.js"
 *
 * @typedef {object} MoreOptions
 * @property {Stage} stage
 * @property {Selection} selection
 * @property {(title: string, text: string) => void} failed
 */

/** Of the longer side of the largest picture, in pixels. */
const LARGEST_SIDE = 4096;
const HD = { width: 1920, height: 1080 };
/** Between the button and the menu, in pixels. */
const GAP = 8;

export class MoreMenu {
  #options;
  #menu = elementById("more", HTMLElement);
  #opener = elementById("more-open", HTMLElement);
  #sizes = elementById("picture-size", HTMLSelectElement);
  #selected = elementById("download-selected", HTMLButtonElement);
  #card = elementById("download-progress", HTMLElement);
  #title = elementById("download-title", HTMLElement);
  #bar = elementById("download-bar", HTMLProgressElement);
  #cancel = elementById("download-cancel", HTMLButtonElement);
  #isBusy = false;

  /** @param {MoreOptions} options */
  constructor(options) {
    this.#options = options;
    this.#menu.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.#prepare();
    });
    addEventListener("resize", () => this.#place());
    for (const button of this.#menu.querySelectorAll("[data-downloads]")) {
      const kind = /** @type {HTMLElement} */ (button).dataset.downloads;
      button.addEventListener("click", () => this.#download(/** @type {DownloadKind} */ (kind)));
    }
    connectThemes();
    connectFullScreen(() => this.#menu.hidePopover());
  }

  #prepare() {
    this.#place();
    const { stage, selection } = this.#options;
    const { selectedIndex } = this.#sizes;
    this.#sizes.replaceChildren(
      ...sizesOf(stage.size).map((size, index) => new Option(sizeWords(size, index), `${index}`)),
    );
    this.#sizes.selectedIndex = Math.max(0, selectedIndex);
    this.#selected.hidden = selection.ids.length === 0;
  }

  /** Below its button, as far to the right. */
  #place() {
    const { bottom, right } = this.#opener.getBoundingClientRect();
    const { style } = this.#menu;
    style.setProperty("--top", `${bottom + GAP}px`);
    style.setProperty("--right", `${document.documentElement.clientWidth - right}px`);
  }

  /** @param {DownloadKind} kind */
  async #download(kind) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#menu.hidePopover();
    const asked = new AbortController();
    const cancel = () => asked.abort();
    this.#cancel.addEventListener("click", cancel);
    this.#show(kind);
    try {
      const problem = await this.#made(kind, asked.signal);
      if (problem !== null) this.#options.failed(DOWNLOAD_FAILED.title, problem);
    } finally {
      this.#cancel.removeEventListener("click", cancel);
      this.#card.hidden = true;
      this.#isBusy = false;
    }
  }

  /**
   * @param {DownloadKind} kind
   * @param {AbortSignal} signal
   * @returns {Promise<string | null>} as `download` returns it
   */
  async #made(kind, signal) {
    const { stage, selection } = this.#options;
    const asked = {
      kind,
      size: sizesOf(stage.size)[this.#sizes.selectedIndex] ?? stage.size,
      transparent: elementById("picture-transparent", HTMLInputElement).checked,
      selected: selection.ids,
    };
    const progress = (/** @type {number} */ share) => {
      this.#bar.value = share;
    };
    try {
      // Only here, so that nobody loads it before it is needed.
      const { download } = await import("./files.js");
      await shown();
      return await download(stage, asked, { signal, progress });
    } catch (error) {
      console.error(error);
      return DOWNLOAD_FAILED.notLoaded;
    }
  }

  /** @param {DownloadKind} kind of which it says that it is being made */
  #show(kind) {
    this.#title.textContent = DOWNLOADING[kind];
    this.#bar.removeAttribute("value");
    this.#cancel.hidden = kind !== "turntable";
    this.#card.hidden = false;
  }
}

/**
 * @param {Size} seen
 * @returns {Size[]} of pictures: as seen, that of most screens, and the largest in the shape seen
 */
function sizesOf(seen) {
  const share = LARGEST_SIDE / Math.max(seen.width, seen.height);
  const scaled = (/** @type {number} */ pixels) => Math.max(1, Math.round(share * pixels));
  return [seen, HD, { width: scaled(seen.width), height: scaled(seen.height) }];
}

/** What the page says now is on the screen: making a picture may hold up what comes after it. */
const shown = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
