/** The panels in which a scene is edited by hand; a page loads them with the first that it opens. */

import { Changes } from "./changes.js";
import { FeedPanel } from "./feed/feed_panel.js";
import { Outline } from "./outline/outline.js";
import { Properties } from "./properties/properties.js";

/**
 * @import { Material, SceneDocument } from "../document/schema.js"
 * @import { Feed } from "./feed/feed.js"
 * @import { Outcome } from "./outbox.js"
 * @import { Selection } from "./selection.js"
 * @import { Action } from "./undo_line.js"
 *
 * @typedef {"outline" | "properties" | "history"} PanelName
 *
 * @typedef {object} PanelsOptions
 * @property {Record<PanelName, HTMLElement>} elements
 * @property {Selection} selection
 * @property {(name: string, args: Record<string, unknown>) => Promise<Outcome>} send
 * @property {() => boolean} mayEdit
 * @property {Feed} feed
 * @property {() => number} now seconds since 1970, by the server's clock
 * @property {(action: Action, revision: number) => void} moveTo undoes or redoes up to a revision
 * @property {(refusal: { message: string }) => void} refused what is wrong before it is sent
 * @property {(material: Material) => Required<Omit<Material, "preset">>} membersOf with its preset's
 * @property {(prop: string) => string[]} formsOf the names of a prop's forms
 * @property {(name: PanelName) => void} close
 */

export class Panels {
  #changes;
  #panels;

  /** @param {PanelsOptions} options */
  constructor(options) {
    const { elements, selection, send, mayEdit, feed, now, moveTo, refused, close } = options;
    const { membersOf, formsOf } = options;
    const changes = new Changes(send, () => this.#redraw());
    this.#changes = changes;
    this.#panels = {
      outline: new Outline({
        panel: elements.outline,
        selection,
        changes,
        mayEdit,
        close: () => close("outline"),
      }),
      properties: new Properties({
        panel: elements.properties,
        selection,
        changes,
        membersOf,
        formsOf,
        refused,
        close: () => close("properties"),
      }),
      history: new FeedPanel({
        panel: elements.history,
        feed,
        selection,
        mayEdit,
        moveTo,
        now,
        close: () => close("history"),
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
