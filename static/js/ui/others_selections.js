/** What others have selected: outlined in their colors in the picture, with their names on it. */

import { elementById, newElement } from "./elements.js";
import { colorOf, nameOf } from "./people_words.js";

/**
 * @import { Selection } from "../edit/selection.js"
 * @import { OthersSelection, Person, ShowSelection } from "../net/messages.js"
 * @import { MarkPlace, OthersMarks } from "../scene/editing/others_marks.js"
 * @import { Stage } from "../scene/stage.js"
 */

/** More than the server passes on. */
const MOST_OBJECTS = 50;
/** People whose selections are kept; a scene has no more pages. */
const MOST_PEOPLE = 64;

export class OthersSelections {
  #stage;
  #selection;
  #send;
  #layer = elementById("others-names", HTMLElement);
  /** By person. @type {Map<string, readonly string[]>} */
  #selected = new Map();
  /** @type {readonly Person[]} */
  #people = [];
  /** @type {Promise<OthersMarks | null> | null} */
  #marks = null;

  /**
   * @param {Stage} stage
   * @param {Selection} selection this page's own, which the others are shown
   * @param {(message: ShowSelection) => void} send drops it where there is no connection
   */
  constructor(stage, selection, send) {
    this.#stage = stage;
    this.#selection = selection;
    this.#send = send;
    selection.watch(() => this.#show());
  }

  /** The server knows nothing yet of what is selected here. */
  registered() {
    if (this.#selection.ids.length > 0) this.#show();
  }

  /** The others are told anew with the next connection. */
  lost() {
    this.#selected.clear();
    void this.#draw();
  }

  /** @param {OthersSelection} message */
  heard({ person, objects }) {
    this.#selected.delete(person);
    const isKept = objects.length > 0 && this.#selected.size < MOST_PEOPLE;
    if (isKept) this.#selected.set(person, objects.slice(0, MOST_OBJECTS));
    void this.#draw();
  }

  /** @param {readonly Person[]} people who are there; of others nothing is selected any more */
  update(people) {
    this.#people = people;
    const ids = new Set(people.map(({ id }) => id));
    for (const id of this.#selected.keys()) if (!ids.has(id)) this.#selected.delete(id);
    void this.#draw();
  }

  #show() {
    this.#send({ type: "showSelection", objects: this.#selection.ids.slice(0, MOST_OBJECTS) });
  }

  async #draw() {
    if (this.#selected.size === 0 && this.#marks === null) return;
    this.#marks ??= this.#load();
    const marks = await this.#marks;
    marks?.show(
      this.#people.flatMap((person) => {
        const objects = this.#selected.get(person.id);
        return objects ? [{ id: person.id, color: colorOf(person).fill, objects }] : [];
      }),
    );
  }

  async #load() {
    try {
      const { OthersMarks } = await import("../scene/editing/others_marks.js");
      return new OthersMarks(this.#stage, (places) => this.#name(places));
    } catch (error) {
      console.error(error);
      this.#marks = null; // the next selection tries again
      return null;
    }
  }

  /** @param {MarkPlace[]} places */
  #name(places) {
    const names = places.flatMap(({ id, right, down }) => {
      const person = this.#people.find((each) => each.id === id);
      if (person === undefined) return [];
      const label = newElement("span", "others-name", nameOf(person));
      const { fill, ink } = colorOf(person);
      label.style.setProperty("--fill", fill);
      label.style.setProperty("--ink", ink);
      label.style.left = `${100 * right}%`;
      label.style.top = `${100 * down}%`;
      return [label];
    });
    this.#layer.replaceChildren(...names);
  }
}
