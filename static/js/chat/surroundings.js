/** What the chat says of itself: theme, colors, size and how the view is displayed in it. */

/** @import { Host, HostContext } from "./host.js" */

/** A view that chooses its height is so high, by its width, within these. */
const RATIO = 0.625;
const LOWEST_PX = 240;
const HIGHEST_PX = 480;
const VARIABLE = /^--(?:color|font|border|shadow)-[a-z0-9-]+$/;

export class Surroundings {
  #host;
  #changed;
  /** @type {HostContext} */
  #context = {};
  #height = 0;

  /**
   * @param {Pick<Host, "notify">} host
   * @param {(context: HostContext) => void} changed
   */
  constructor(host, changed) {
    this.#host = host;
    this.#changed = changed;
    new ResizeObserver(() => this.#fit()).observe(document.documentElement);
  }

  get isFullScreen() {
    return this.#context.displayMode === "fullscreen";
  }

  /** @param {HostContext} context what has changed of it */
  update(context) {
    this.#context = { ...this.#context, ...context };
    const { theme, styles, displayMode = "inline" } = this.#context;
    const root = document.documentElement;
    if (theme) root.dataset.theme = theme;
    root.dataset.mode = displayMode;
    for (const [name, value] of Object.entries(styles?.variables ?? {})) {
      if (VARIABLE.test(name) && value) root.style.setProperty(name, value);
    }
    this.#fit();
    this.#changed(this.#context);
  }

  /** Asks for a height, unless the chat says which it is. */
  #fit() {
    const { containerDimensions: room = {} } = this.#context;
    if (this.isFullScreen || room.height !== undefined) return;
    const wished = Math.round(innerWidth * RATIO);
    const most = Math.min(HIGHEST_PX, room.maxHeight ?? HIGHEST_PX);
    const height = Math.min(most, Math.max(LOWEST_PX, wished));
    if (height === this.#height) return;
    this.#height = height;
    this.#host.notify("ui/notifications/size-changed", { height });
  }
}
