/** The bar of buttons by which a person edits. */

import { loadPropMaker } from "../../scene/objects/prop_maker.js";

/**
 * @import { Mode } from "../../scene/editing/held.js"
 *
 * @typedef {object} BarActions
 * @property {(kind: string) => void} add
 * @property {(prop: string, form: string) => void} addProp
 * @property {() => void} failed the list of props could not be loaded
 * @property {(mode: Mode) => void} setMode
 * @property {(snaps: boolean) => void} setSnaps
 * @property {() => void} frame
 * @property {() => void} remove
 * @property {() => void} duplicate
 * @property {() => void} group
 */

const MODES = /** @type {const} */ (["move", "turn", "size"]);

export class EditBar {
  #bar;
  /** Once it is loaded. @type {HTMLElement | null} */
  #props = null;

  /**
   * @param {HTMLElement} bar
   * @param {BarActions} actions
   */
  constructor(bar, actions) {
    this.#bar = bar;
    for (const mode of MODES) this.#connect(mode, () => actions.setMode(mode));
    this.#connect("frame", () => actions.frame());
    this.#connect("remove", () => actions.remove());
    this.#connect("duplicate", () => actions.duplicate());
    this.#connect("group", () => actions.group());
    const snap = this.#button("snap");
    snap.addEventListener("click", () => {
      const snaps = snap.getAttribute("aria-pressed") !== "true";
      snap.setAttribute("aria-pressed", String(snaps));
      actions.setSnaps(snaps);
    });
    this.#connectAdding(actions);
  }

  /**
   * @param {readonly string[]} names of what is selected
   */
  select(names) {
    const [name = "", ...others] = names;
    for (const part of this.#bar.querySelectorAll("[data-for-selection]")) {
      /** @type {HTMLElement} */ (part).hidden = names.length === 0;
    }
    const status = /** @type {HTMLElement} */ (this.#bar.querySelector("[role=status]"));
    const subject = others.length === 0 ? name : `${names.length} objects`;
    status.replaceChildren();
    if (names.length === 0) return;
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.textContent = "Selected: ";
    status.append(said, subject);
    status.title = subject;
  }

  /** @param {Mode} chosen */
  setMode(chosen) {
    for (const mode of MODES) {
      this.#button(mode).setAttribute("aria-pressed", String(mode === chosen));
    }
  }

  /** @param {EventTarget | null} target */
  has(target) {
    return target instanceof Node && this.#bar.contains(target);
  }

  /** @param {BarActions} actions */
  #connectAdding(actions) {
    const menu = /** @type {HTMLDetailsElement} */ (this.#bar.querySelector("details"));
    menu.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      if (button?.dataset.does === "props") void this.#showProps(menu, button, actions);
      if (button?.dataset.adds === undefined) return;
      menu.open = false;
      actions.add(button.dataset.adds);
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node) || !menu.contains(relatedTarget)) menu.open = false;
    });
  }

  /**
   * @param {HTMLDetailsElement} menu
   * @param {HTMLButtonElement} button
   * @param {BarActions} actions
   */
  async #showProps(menu, button, actions) {
    try {
      const [{ propList }, { props }] = await Promise.all([
        import("./prop_list.js"),
        loadPropMaker(),
      ]);
      this.#props ??= propList(props, (prop, form) => {
        menu.open = false;
        actions.addProp(prop, form);
      });
    } catch (error) {
      console.error(error);
      actions.failed();
      return;
    }
    const isShown = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(isShown));
    if (isShown) button.after(this.#props);
    else this.#props.remove();
    this.#props.querySelector("input")?.focus();
  }

  /**
   * @param {string} name
   * @param {() => void} action
   */
  #connect(name, action) {
    this.#button(name).addEventListener("click", action);
  }

  /** @param {string} name */
  #button(name) {
    return /** @type {HTMLButtonElement} */ (this.#bar.querySelector(`[data-does="${name}"]`));
  }
}
