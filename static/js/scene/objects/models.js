/** The models that are in use, each loaded once however many objects show it. */

import { newProgress } from "./model_files.js";

/**
 * @import { Object3D } from "three"
 *
 * @typedef {object} Model
 * @property {() => Object3D} figure one more of it, in a box of side 1 about the origin
 * @property {() => void} dispose
 */

export class Models {
  /** @type {Map<string, { users: number, model: Model | null, loading: Promise<void> | null }>} */
  #shared = new Map();
  #isOver = false;

  /** Whether one that is in use is on its way. */
  get isLoading() {
    return [...this.#shared.values()].some(({ loading }) => loading !== null);
  }

  /** Resolves once none is on its way, whether it came or not. */
  async loaded() {
    while (this.isLoading) {
      await Promise.all([...this.#shared.values()].map(({ loading }) => loading));
    }
  }

  /** @param {string} asset to be given back by `release`; it is loaded if it was not */
  take(asset) {
    const found = this.#shared.get(asset);
    if (found !== undefined) found.users++;
    else {
      const entry = { users: 1, model: null, loading: null };
      this.#shared.set(asset, entry);
      Object.assign(entry, { loading: this.#load(asset) });
    }
  }

  /**
   * @param {string} asset that was taken
   * @returns {Object3D | null} one more figure of it; null until it is loaded, and if it cannot be
   */
  figureOf(asset) {
    return this.#shared.get(asset)?.model?.figure() ?? null;
  }

  /** @param {string} asset that was taken */
  release(asset) {
    const found = this.#shared.get(asset);
    if (found === undefined || --found.users > 0) return;
    found.model?.dispose();
    this.#shared.delete(asset);
  }

  dispose() {
    this.#isOver = true;
    for (const { model } of this.#shared.values()) model?.dispose();
    this.#shared.clear();
  }

  /** @param {string} asset */
  async #load(asset) {
    const progress = newProgress();
    /** @type {Model | null} */
    let model = null;
    try {
      // Only here, so that scenes without models do not load the loader.
      const { loadModel } = await import("./model_loader.js");
      model = await loadModel(asset, progress.came);
      progress.ended(true);
    } catch (error) {
      console.error(error);
      progress.ended(false);
    }
    const entry = this.#shared.get(asset);
    if (entry === undefined || this.#isOver) model?.dispose();
    else Object.assign(entry, { model, loading: null });
  }
}
