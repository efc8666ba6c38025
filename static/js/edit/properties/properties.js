/** The properties: what the selected objects are like, or the scene, in fields to change them. */

import { keyed } from "lit/directives/keyed.js";
import { html, nothing, render } from "lit/html.js";
import { CLOSE, countWords, kindWords, NONE_SELECTED, notANumber, SCENE } from "../words.js";
import { objectFields } from "./object_fields.js";
import { sceneFields } from "./scene_fields.js";

/**
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { Change, Changes } from "../changes.js"
 * @import { Selection } from "../selection.js"
 * @import { MembersOf } from "./fields.js"
 *
 * @typedef {object} PropertiesOptions
 * @property {HTMLElement} panel
 * @property {Selection} selection
 * @property {Changes} changes
 * @property {MembersOf} membersOf
 * @property {(prop: string) => string[]} formsOf
 * @property {(refusal: { message: string }) => void} refused
 * @property {() => void} close
 */

export class Properties {
  #options;
  /** @type {SceneDocument | null} */
  #document = null;
  /** Of what the fields are. @type {readonly string[]} */
  #ids = [];
  #isOpen = false;
  #frame = 0;

  /** @param {PropertiesOptions} options */
  constructor(options) {
    this.#options = options;
    options.selection.watch(() => this.redraw());
  }

  /** @param {SceneDocument} document */
  show(document) {
    this.#document = document;
    this.redraw();
  }

  /** @param {boolean} isOpen */
  setOpen(isOpen) {
    this.#isOpen = isOpen;
    this.#draw();
  }

  /** With the next frame, however often it is asked for. */
  redraw() {
    if (!this.#isOpen || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#isOpen || this.#document === null) return;
    const { panel, selection } = this.#options;
    if (selection.ids !== this.#ids) {
      // What is being written there belongs to what was selected: leaving the field sends it.
      const field = document.activeElement;
      if (field instanceof HTMLInputElement && panel.contains(field)) field.blur();
      this.#ids = selection.ids;
    }
    render(this.#view(this.#document), panel);
  }

  /** @param {SceneDocument} document_ */
  #view(document_) {
    const { changes, selection, membersOf, formsOf, refused, close } = this.#options;
    const { objects } = document_;
    const ids = this.#ids;
    const parts = {
      document: document_,
      objects,
      ids,
      membersOf,
      formsOf,
      shown: (/** @type {string} */ key, /** @type {any} */ stored) => changes.shown(key, stored),
      make: (/** @type {Change} */ change) => void changes.make(change),
      refused: (/** @type {string} */ text) => {
        refused({ message: notANumber(text) });
        this.redraw();
      },
      select: (/** @type {string} */ id) => selection.set([id]),
    };
    const [only] = ids.length === 1 ? ids.map((id) => objects[id]) : [];
    const title = ids.length === 0 ? SCENE : (only?.name ?? countWords(ids.length));
    return html`
      <header class="panel-head">
        <h2>${title}</h2>
        ${only ? html`<span class="panel-kind">${kindWords(only.kind)}</span>` : nothing}
        <button class="button button-small" type="button" @click=${close}>${CLOSE}</button>
      </header>
      ${keyed(
        ids,
        html`<div class="prop-list">
          ${ids.length === 0 ? html`<p class="panel-note">${NONE_SELECTED}</p>` : nothing}
          ${ids.length === 0 ? sceneFields(parts) : objectFields(parts)}
        </div>`,
      )}
    `;
  }
}
