/** The scene as this page knows it: the document and its revision, changed whole or not at all. */

import { checkedDocument } from "./document.js";
import { patched } from "./patch.js";
import { sharingEqualParts } from "./sharing.js";

/** @import { SceneDocument } from "./document.js" */

export class SceneState {
  /** @type {SceneDocument | null} */
  #document = null;
  /** @type {number | null} */
  #revision = null;
  #changed;

  /** @param {(document: SceneDocument, revision: number) => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  get document() {
    return this.#document;
  }

  get revision() {
    return this.#revision;
  }

  /**
   * @param {unknown} scene
   * @param {number} revision
   * @throws {Error} where the scene is no document of version 1
   */
  load(scene, revision) {
    const document = checkedDocument(scene);
    // A scene sent again after a lost connection is mostly the one we have: what is equal
    // stays the same object, so that it counts as untouched.
    this.#set(sharingEqualParts(this.#document, document), revision);
  }

  /**
   * @param {unknown} patch from the current revision to the given one
   * @param {number} revision
   * @throws {Error} where the patch does not fit, or what it leads to is no document
   */
  apply(patch, revision) {
    if (this.#document === null) throw new Error("A change came before the scene.");
    this.#set(checkedDocument(patched(this.#document, patch)), revision);
  }

  /**
   * @param {SceneDocument} document
   * @param {number} revision
   */
  #set(document, revision) {
    this.#document = document;
    this.#revision = revision;
    this.#changed(document, revision);
  }
}
