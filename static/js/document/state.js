/** The scene as this page knows it: the document and its revision, changed whole or not at all. */

import { DocumentCheck } from "./check.js";
import { patched } from "./patch.js";
import { SCHEMA } from "./schema.js";
import { sharingEqualParts } from "./sharing.js";

/** @import { SceneDocument } from "./schema.js" */

export class SceneState {
  /** @type {SceneDocument | null} */
  #document = null;
  /** @type {number | null} */
  #revision = null;
  #changed;
  #check;

  /**
   * @param {(document: SceneDocument, revision: number) => void} changed
   * @param {DocumentCheck} [check]
   */
  constructor(changed, check = new DocumentCheck(SCHEMA)) {
    this.#changed = changed;
    this.#check = check;
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
   * @throws {Error} where the scene is no document of the version that this page knows
   */
  load(scene, revision) {
    this.#check.requireWhole(scene);
    const document = /** @type {SceneDocument} */ (scene);
    // A scene sent again after a lost connection is mostly the one we have: what is equal
    // stays the same object, so that it counts as untouched.
    this.#set(sharingEqualParts(this.#document, document), revision);
  }

  /**
   * Only what the patch has touched is checked: the rest was right before.
   *
   * @param {unknown} patch from the current revision to the given one
   * @param {number} revision
   * @throws {Error} where the patch does not fit, or what it leads to is no document
   */
  apply(patch, revision) {
    if (this.#document === null) throw new Error("A change came before the scene.");
    const { document, paths } = patched(this.#document, patch);
    this.#check.requireTouched(document, paths);
    this.#set(document, revision);
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
