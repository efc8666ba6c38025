/** The buttons that open and close the panels for editing, which are loaded with the first of them. */

import { elementById } from "./elements.js";
import { keep, kept } from "./preferences.js";

/**
 * @import { SceneDocument } from "../document/schema.js"
 * @import { PanelName, Panels, PanelsOptions } from "../edit/panels.js"
 *
 * @typedef {Omit<PanelsOptions, "elements" | "close">} PanelsNeeds
 */

/** On which side each stands: there, one of them is open. @type {Record<PanelName, string>} */
const SIDES = { outline: "left", properties: "right", history: "right" };
const NAMES = /** @type {readonly PanelName[]} */ (Object.keys(SIDES));
const OPEN = "open";
/** Narrower, there is room for one panel, and at first for none. */
const roomForBoth = matchMedia("(min-width: 900px)");

export class PanelButtons {
  #needs;
  #failed;
  /** @type {Promise<Panels> | null} */
  #loading = null;
  /** @type {Panels | null} */
  #panels = null;
  /** @type {{ document: SceneDocument, revision: number } | null} */
  #scene = null;

  /**
   * @param {PanelsNeeds} needs
   * @param {() => void} failed the panels could not be loaded
   */
  constructor(needs, failed) {
    this.#needs = needs;
    this.#failed = failed;
    for (const name of NAMES) {
      button(name).addEventListener("click", () => this.#choose(name, !isOpen(name)));
      if (roomForBoth.matches && kept(key(name)) === OPEN) void this.#set(name, true);
    }
    roomForBoth.addEventListener("change", () => {
      for (const name of NAMES) if (isOpen(name)) this.#keepOne(name);
    });
  }

  /**
   * @param {SceneDocument} document
   * @param {number} revision
   */
  show(document, revision) {
    this.#scene = { document, revision };
    this.#panels?.show(document, revision);
  }

  /**
   * What the person wants, and then in this browser.
   *
   * @param {PanelName} name
   * @param {boolean} opens
   */
  #choose(name, opens) {
    keep(key(name), opens ? OPEN : null);
    for (const other of opens ? NAMES : []) {
      if (other !== name && SIDES[other] === SIDES[name]) keep(key(other), null);
    }
    void this.#set(name, opens);
  }

  /**
   * @param {PanelName} name
   * @param {boolean} opens
   */
  async #set(name, opens) {
    element(name).hidden = !opens;
    button(name).setAttribute("aria-expanded", String(opens));
    if (opens) this.#keepOne(name);
    const panels = opens ? await this.#load() : this.#panels;
    panels?.setOpen(name, isOpen(name)); // it may have been closed meanwhile
  }

  /** @param {PanelName} name the one that stays open where there is no room for another */
  #keepOne(name) {
    for (const other of NAMES) {
      const isBeside = roomForBoth.matches && SIDES[other] !== SIDES[name];
      if (other !== name && !isBeside && isOpen(other)) void this.#set(other, false);
    }
  }

  async #load() {
    this.#loading ??= import("../edit/panels.js").then(({ Panels }) => this.#made(Panels));
    try {
      return await this.#loading;
    } catch (error) {
      console.error(error);
      this.#loading = null;
      for (const name of NAMES) await this.#set(name, false);
      this.#failed();
      return null;
    }
  }

  /** @param {typeof Panels} Made */
  #made(Made) {
    this.#panels = new Made({
      ...this.#needs,
      elements: {
        outline: element("outline"),
        properties: element("properties"),
        history: element("history"),
      },
      close: (name) => {
        this.#choose(name, false);
        button(name).focus();
      },
    });
    if (this.#scene) this.#panels.show(this.#scene.document, this.#scene.revision);
    return this.#panels;
  }
}

/** @param {PanelName} name */
const isOpen = (name) => element(name).hidden === false;

/** @param {PanelName} name */
const key = (name) => `hello3d.${name}`;

/** @param {PanelName} name */
const button = (name) => elementById(`${name}-open`, HTMLButtonElement);

/** @param {PanelName} name */
const element = (name) => elementById(name, HTMLElement);
