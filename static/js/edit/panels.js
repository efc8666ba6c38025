/** The panels in which a scene is edited by hand; a page loads them with the first that it opens. */

import { Changes } from "./changes.js";
import { Outline } from "./outline/outline.js";
import { Properties } from "./properties/properties.js";

/**
 * @import { Material, SceneDocument } from "../document/schema.js"
 * @import { Outcome } from "./outbox.js"
 * @import { Selection } from "./selection.js"
 *
 * @typedef {"outline" | "properties"} PanelName
 *
 * @typedef {object} PanelsOptions
 * @property {Record<PanelName, HTMLElement>} elements
 * @property {Selection} selection
 * @property {(name: string, args: Record<string, unknown>) => Promise<Outcome>} send
 * @property {(refusal: { message: string }) => void} refused what is wrong before it is sent
 * @property {(material: Material) => Required<Omit<Material, "preset">>} membersOf with its preset's
 * @property {(name: PanelName) => void} close
 */

export class Panels {
  #changes;
  #panels;

  /** @param {PanelsOptions} options */
  constructor({ elements, selection, send, refused, membersOf, close }) {
    const changes = new Changes(send, () => this.#redraw());
    this.#changes = changes;
    this.#panels = {
      outline: new Outline({
        panel: elements.outline,
        selection,
        changes,
        close: () => close("outline"),
      }),
      properties: new Properties({
        panel: elements.properties,
        selection,
        changes,
        membersOf,
        refused,
        close: () => close("properties"),
      }),
    };
  }

  /**
   * @param {SceneDocument} document
   * @param {number} revision
   */
  show(document, revision) {
    this.#changes.arrived(revision);
    for (const panel of Object.values(this.#panels)) panel.show(document);
  }

  /** @param {PanelName} name @param {boolean} isOpen */
  setOpen(name, isOpen) {
    this.#panels[name].setOpen(isOpen);
  }

  #redraw() {
    for (const panel of Object.values(this.#panels)) panel.redraw();
  }
}
