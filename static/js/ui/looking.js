/** From where others look: this page goes there once, or stays with them; and it shows its own view. */

import { elementById } from "./elements.js";
import { nameOf, PEOPLE } from "./people_words.js";

/**
 * @import { AskView, OthersView, Person, PersonsView, ShowView, ViewWanted } from "../net/messages.js"
 * @import { Clock } from "../net/reconnecting_socket.js"
 * @import { View } from "../scene/view.js"
 *
 * @typedef {Pick<View, "place" | "lookFrom" | "watch">} Looked
 */

const SENT_EVERY_MS = 250;

export class Looking {
  #view;
  #send;
  #clock;
  #ended;
  #card = elementById("following", HTMLElement);
  #title = elementById("following-title", HTMLElement);
  /** Whom this page asked, and still wants an answer of. @type {Person | null} */
  #asked = null;
  #follows = false;
  /** Whether others follow this page. */
  #isFollowed = false;
  /** @type {unknown} */
  #timer = null;
  #sent = "";

  /**
   * @param {Looked} view
   * @param {(message: AskView | ShowView) => void} send drops it where there is no connection
   * @param {Clock} clock
   * @param {(name: string) => void} ended whoever was followed has left
   */
  constructor(view, send, clock, ended) {
    this.#view = view;
    this.#send = send;
    this.#clock = clock;
    this.#ended = ended;
    view.watch(() => this.stop());
    elementById("following-stop", HTMLElement).addEventListener("click", () => this.stop());
    // Before the keys of the picture: one press does one thing.
    addEventListener("keydown", (event) => this.#keyDown(event), { capture: true });
  }

  /** Whom this page follows. */
  get followed() {
    return this.#follows ? (this.#asked?.id ?? null) : null;
  }

  /**
   * @param {Person} person
   * @param {boolean} follows whether this page stays with them
   */
  ask(person, follows) {
    this.#asked = person;
    this.#follows = follows;
    this.#send({ type: "askView", person: person.id, follows });
    this.#draw();
  }

  stop() {
    if (this.#asked === null) return;
    if (this.#follows) this.#send({ type: "askView", person: null, follows: false });
    this.#asked = null;
    this.#follows = false;
    this.#draw();
  }

  /** On a new connection nobody has asked yet, and this page asks again. */
  registered() {
    if (this.#asked !== null) this.ask(this.#asked, this.#follows);
  }

  lost() {
    this.#isFollowed = false;
  }

  /** @param {readonly Person[]} people who are there */
  update(people) {
    if (this.#asked === null) return;
    const now = people.find(({ id }) => id === this.#asked?.id);
    if (now !== undefined) {
      this.#asked = now;
      this.#draw();
    } else {
      if (this.#follows) this.#ended(nameOf(this.#asked));
      this.stop();
    }
  }

  /** @param {ViewWanted} message */
  wanted({ wanted }) {
    if (wanted !== "once") this.#isFollowed = wanted === "follow";
    if (wanted === "none") return;
    this.#sent = "";
    this.#show();
  }

  /** @param {OthersView} message */
  heard({ person, position, aim }) {
    if (person !== this.#asked?.id) return;
    if (!this.#follows) this.#asked = null;
    this.#view.lookFrom({ position, aim });
  }

  /** Sends where this page's person looks, and again when that has changed, while others follow. */
  #show() {
    // Rounded first: two who follow each other end at the same place, and fall silent.
    const place = rounded(this.#view.place);
    const text = JSON.stringify(place);
    if (text !== this.#sent) this.#send({ type: "showView", ...place });
    this.#sent = text;
    if (!this.#isFollowed || this.#timer !== null) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      if (this.#isFollowed) this.#show();
    }, SENT_EVERY_MS);
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    if (event.key !== "Escape" || !this.#follows) return;
    if (document.querySelector(":popover-open, dialog[open]") !== null) return;
    event.preventDefault();
    event.stopPropagation();
    this.stop();
  }

  #draw() {
    this.#card.hidden = !this.#follows;
    if (this.#asked !== null) this.#title.textContent = PEOPLE.following(nameOf(this.#asked));
  }
}

/**
 * @param {PersonsView} place
 * @returns {PersonsView} in tenths of a millimeter
 */
function rounded({ position, aim }) {
  const short = (/** @type {number} */ meters) => Math.round(meters * 1e4) / 1e4;
  const [x, y, z] = position;
  const [toX, toY, toZ] = aim;
  return {
    position: [short(x), short(y), short(z)],
    aim: [short(toX), short(toY), short(toZ)],
  };
}
