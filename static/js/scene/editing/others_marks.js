/** Shows what people at other pages have selected. Loaded when first somebody has. */

import { Group } from "three";
import { SelectionMarks } from "./selection_marks.js";

/**
 * @import { Stage } from "../stage.js"
 *
 * @typedef {{ id: string, color: string, objects: readonly string[] }} Selected by a person
 * @typedef {object} MarkPlace where a person's name goes, in shares of the picture
 * @property {string} id
 * @property {number} right
 * @property {number} down
 */

/** From -1 to 1 across the screen. */
const IN_VIEW = 1;

export class OthersMarks {
  #stage;
  #placed;
  #group = new Group();
  /** @type {readonly Selected[]} */
  #selected = [];
  /** @type {Map<string, { color: string, marks: SelectionMarks }>} */
  #marks = new Map();

  /**
   * @param {Stage} stage
   * @param {(places: MarkPlace[]) => void} placed where names go, with each picture
   */
  constructor(stage, placed) {
    this.#stage = stage;
    this.#placed = placed;
    stage.addHelper({ object: this.#group, prepare: () => this.#prepare() });
  }

  /** @param {readonly Selected[]} selected of all others */
  show(selected) {
    this.#selected = selected;
    this.#stage.requestDraw();
  }

  #prepare() {
    const { shown, things, view } = this.#stage;
    if (shown === null || things === null) return;
    for (const [id, { color, marks }] of this.#marks) {
      if (this.#selected.some((each) => each.id === id && each.color === color)) continue;
      this.#group.remove(marks);
      marks.dispose();
      this.#marks.delete(id);
    }
    const places = this.#selected.flatMap(({ id, color, objects }) => {
      let { marks } = this.#marks.get(id) ?? {};
      if (marks === undefined) {
        marks = new SelectionMarks(things, () => this.#stage.reach, color);
        this.#marks.set(id, { color, marks });
        this.#group.add(marks);
      }
      marks.show(shown, objects);
      const at = marks.top?.project(view.camera);
      const isSeen = at && Math.max(Math.abs(at.x), Math.abs(at.y)) < IN_VIEW && at.z < 1;
      return isSeen ? [{ id, right: (1 + at.x) / 2, down: (1 - at.y) / 2 }] : [];
    });
    this.#placed(places);
  }
}
