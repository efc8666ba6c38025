/** Keeps the open scene in this browser's list: its name, and a small picture of what was last drawn. */

import { CLOSE } from "../net/close_codes.js";
import { forgetScene, rememberScene } from "./recent_scenes.js";
import { sceneTitle } from "./scene_title.js";

/**
 * @import { SceneDocument } from "../document/schema.js"
 * @import { ConnectionState } from "../net/reconnecting_socket.js"
 */

const WIDTH = 192;
const HEIGHT = 120;
const QUALITY = 0.7;
/** @type {readonly number[]} */
const GONE = [CLOSE.noSuchScene, CLOSE.sceneClosed, CLOSE.linkReplaced];

export class SceneMemory {
  #id;
  #canvas;
  #small = document.createElement("canvas");
  #name = "";
  /** That of the picture in `#small`. @type {number | null} */
  #revision = null;

  /**
   * @param {string | null} id the scene's; null where the page came by a link for others, which is
   *   kept nowhere: the list holds keys alone
   * @param {HTMLCanvasElement} canvas what it is drawn on
   */
  constructor(id, canvas) {
    this.#id = id;
    this.#canvas = canvas;
    this.#small.width = WIDTH;
    this.#small.height = HEIGHT;
    // A page that is hidden may end without another word.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#keep();
    });
    addEventListener("pagehide", () => this.#keep());
  }

  /** @param {SceneDocument} scene */
  show(scene) {
    const name = sceneTitle(scene);
    if (name === this.#name) return;
    this.#name = name;
    document.title = `${name} · Hello3D`;
    this.#keep();
  }

  /**
   * Copies the picture, which the canvas holds only until this task ends.
   *
   * @param {number} revision
   */
  drawn(revision) {
    if (revision === this.#revision || this.#id === null) return;
    this.#revision = revision;
    const { width, height } = this.#canvas;
    const factor = Math.max(WIDTH / width, HEIGHT / height);
    const [across, down] = [width * factor, height * factor];
    const [left, top] = [(WIDTH - across) / 2, (HEIGHT - down) / 2];
    this.#small.getContext("2d")?.drawImage(this.#canvas, left, top, across, down);
  }

  /** @param {ConnectionState} state */
  connectionChanged(state) {
    if (state.name !== "refused") return;
    this.#name = ""; // nothing more is kept: its person may have signed out
    if (this.#id !== null && GONE.includes(state.closeCode)) forgetScene(this.#id);
  }

  #keep() {
    if (this.#name === "" || this.#id === null) return;
    const picture = this.#revision === null ? "" : this.#small.toDataURL("image/jpeg", QUALITY);
    rememberScene({ id: this.#id, name: this.#name, picture });
  }
}
