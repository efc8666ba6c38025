/** The scene's name in the header: a press on it, or Enter, makes it a field. */

import { Changes } from "../edit/changes.js";
import { elementById } from "./elements.js";
import { sceneTitle } from "./scene_title.js";

/**
 * @import { SceneDocument } from "../document/schema.js"
 * @import { Outbox } from "../edit/outbox.js"
 */

const RENAME = "Rename the scene";

export class SceneName {
  #button = elementById("scene-name", HTMLButtonElement);
  #field = elementById("scene-name-field", HTMLInputElement);
  #changes;
  #mayEdit;
  /** @type {SceneDocument | null} */
  #scene = null;

  /**
   * @param {Outbox["send"]} send
   * @param {() => boolean} mayEdit whether this page's person may name the scene
   */
  constructor(send, mayEdit) {
    this.#mayEdit = mayEdit;
    this.#changes = new Changes(send, () => this.#draw());
    this.#button.addEventListener("click", () => this.#begin());
    this.#field.addEventListener("blur", () => this.#end(true));
    this.#field.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const isKept = event.key === "Enter";
      if (!isKept && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation(); // Escape has other meanings beside the field
      this.#end(isKept);
      this.#button.focus();
    });
  }

  /**
   * @param {SceneDocument} scene
   * @param {number} revision
   */
  show(scene, revision) {
    this.#scene = scene;
    this.#changes.arrived(revision);
    this.#draw();
  }

  /** What it is called, or is to be called once that is stored; "" without a name. */
  get #name() {
    return /** @type {string} */ (this.#changes.shown("name", this.#scene?.name ?? ""));
  }

  #draw() {
    if (this.#scene === null) return;
    this.#button.textContent = this.#name || sceneTitle(this.#scene);
    this.#button.disabled = !this.#mayEdit();
    this.#button.title = this.#button.disabled ? "" : RENAME;
    this.#button.dataset.named = String(this.#name !== "");
    if (this.#field.hidden) this.#button.hidden = false;
  }

  #begin() {
    this.#field.value = this.#name;
    this.#field.placeholder = this.#button.textContent ?? "";
    this.#button.hidden = true;
    this.#field.hidden = false;
    this.#field.focus();
    this.#field.select();
  }

  /** @param {boolean} isKept whether what was typed is to be the name, if there is any */
  #end(isKept) {
    if (this.#field.hidden) return; // hiding it takes its focus
    const name = this.#field.value.trim();
    this.#field.hidden = true;
    this.#button.hidden = false;
    if (!isKept || name === "" || name === this.#name) return;
    void this.#changes.make({ name: "set_environment", arguments: { name }, values: { name } });
  }
}
