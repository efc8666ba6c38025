/** Who is at the scene: chips in the header, and the list behind them, where one gives one's name. */

import { namesOf } from "./ai_presence.js";
import { elementById, newElement } from "./elements.js";
import { colorOf, hereWords, initialsOf, nameOf, PEOPLE } from "./people_words.js";
import { keepPersonName, personName } from "./person_name.js";

/**
 * @import { Person, Presence, SetName } from "../net/messages.js"
 * @import { Looking } from "./looking.js"
 */

/** Between the button and the list, in pixels. */
const GAP = 8;
/** Of more, the last chip says how many there are. */
const MOST_CHIPS = 5;

export class People {
  #send;
  #looking;
  #button = elementById("people-open", HTMLButtonElement);
  #words = elementById("people-words", HTMLElement);
  #chips = elementById("people-chips", HTMLElement);
  #count = elementById("people-count", HTMLElement);
  #panel = elementById("people", HTMLElement);
  #list = elementById("people-list", HTMLElement);
  #form = elementById("people-form", HTMLFormElement);
  #field = elementById("people-name", HTMLInputElement);
  #own = "";
  /** @type {Presence | null} */
  #presence = null;

  /**
   * @param {(message: SetName) => void} send drops it where there is no connection
   * @param {Pick<Looking, "ask" | "stop" | "followed">} looking
   */
  constructor(send, looking) {
    this.#send = send;
    this.#looking = looking;
    this.#panel.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
      this.#place();
      this.#field.value = personName();
      this.#draw(); // whom one follows may have changed
    });
    addEventListener("resize", () => this.#place());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#rename();
    });
    this.#field.addEventListener("change", () => this.#rename());
  }

  /** @param {string} personId this page's own */
  registered(personId) {
    this.#own = personId;
    this.#draw();
  }

  /** @param {Presence} presence */
  update(presence) {
    this.#presence = presence;
    this.#draw();
  }

  /** @param {boolean} isConnected */
  connectionChanged(isConnected) {
    if (isConnected) return;
    // Who is there, it is told anew with the next connection.
    this.#presence = null;
    this.#panel.hidePopover();
    this.#draw();
  }

  #rename() {
    const name = this.#field.value.trim();
    if (name === personName()) return;
    keepPersonName(name);
    this.#send({ type: "setName", name });
  }

  /** Below its button, as far to the left. */
  #place() {
    const { bottom, left } = this.#button.getBoundingClientRect();
    this.#panel.style.setProperty("--top", `${bottom + GAP}px`);
    this.#panel.style.setProperty("--left", `${left}px`);
  }

  /** This page's own first. @returns {Person[]} */
  get #people() {
    const people = this.#presence?.people ?? [];
    return people.toSorted((one, other) => this.#rank(one) - this.#rank(other));
  }

  /** @param {Person} person */
  #rank({ id, number }) {
    return id === this.#own ? 0 : number;
  }

  #draw() {
    const people = this.#people;
    const { clients = 0 } = this.#presence ?? {};
    const names = this.#presence === null ? [] : namesOf(this.#presence);
    this.#button.hidden = people.length === 0;
    const words = hereWords(people.length, clients);
    this.#words.textContent = words;
    this.#button.title = words;
    this.#count.textContent = String(people.length + clients);
    const chips = [...people.map((person) => this.#chip(person)), ...names.map(() => aiFace())];
    const shown = chips.length > MOST_CHIPS ? chips.slice(0, MOST_CHIPS - 1) : chips;
    const more = people.length + clients - shown.length;
    if (more > 0) shown.push(newElement("span", "face face-more", `+${more}`));
    this.#chips.replaceChildren(...shown);
    const own = people.find(({ id }) => id === this.#own);
    this.#field.placeholder = own === undefined ? "" : nameOf({ ...own, name: "" });
    const others = names.map((name) => aiItem(name));
    if (clients > names.length) others.push(aiItem(PEOPLE.moreAi(clients - names.length)));
    this.#list.replaceChildren(...people.map((person) => this.#item(person)), ...others);
  }

  /**
   * A number alone looks like a count of news.
   *
   * @param {Person} person
   */
  #chip(person) {
    const face = faceOf(person);
    if (person.id !== this.#own || person.name !== "") return face;
    face.textContent = PEOPLE.you;
    face.classList.add("face-word");
    return face;
  }

  /** @param {Person} person */
  #item(person) {
    const item = newElement("li", "people-item");
    item.append(faceOf(person), newElement("span", "people-name", nameOf(person)));
    if (person.id === this.#own) item.append(newElement("span", "role", PEOPLE.you));
    else item.append(this.#actions(person));
    return item;
  }

  /** @param {Person} person */
  #actions(person) {
    const actions = newElement("span", "people-actions");
    const isFollowed = this.#looking.followed === person.id;
    const button = (/** @type {string} */ words, /** @type {() => void} */ act) => {
      const made = newElement("button", "button button-small", words);
      made.setAttribute("type", "button");
      made.setAttribute("aria-label", `${words}: ${nameOf(person)}`);
      made.addEventListener("click", () => {
        act();
        this.#panel.hidePopover();
      });
      actions.append(made);
    };
    button(PEOPLE.look, () => this.#looking.ask(person, false));
    if (isFollowed) button(PEOPLE.unfollow, () => this.#looking.stop());
    else button(PEOPLE.follow, () => this.#looking.ask(person, true));
    return actions;
  }
}

/** @param {Person} person */
function faceOf(person) {
  const face = newElement("span", "face", initialsOf(person));
  const { fill, ink } = colorOf(person);
  face.style.setProperty("--fill", fill);
  face.style.setProperty("--ink", ink);
  face.setAttribute("aria-hidden", "true");
  return face;
}

/** Square, where people are round. */
function aiFace() {
  const face = newElement("span", "face face-ai", PEOPLE.ai);
  face.setAttribute("aria-hidden", "true");
  return face;
}

/** @param {string} name */
function aiItem(name) {
  const item = newElement("li", "people-item");
  item.append(
    aiFace(),
    newElement("span", "people-name", name),
    newElement("span", "role", PEOPLE.ai),
  );
  return item;
}
