/** The panel “Share”: makes links for others, lists, renames and revokes them. */

import { copied } from "./copy_buttons.js";
import { elementById, newElement } from "./elements.js";
import { SHARE, shareWords, usedWords } from "./share_words.js";

/**
 * @import { Share } from "../net/messages.js"
 * @import { ShareOutcome, ShareRequests } from "../net/share_requests.js"
 */

/** Between the button and the panel, in pixels. */
const GAP = 8;
const LONGEST_NAME = 60;

export class SharePanel {
  #ask;
  #now;
  #panel = elementById("share", HTMLElement);
  #opener = elementById("share-open", HTMLElement);
  /** Where the bar has no room for one more button. */
  #more = elementById("more", HTMLElement);
  #form = elementById("share-form", HTMLFormElement);
  #role = elementById("share-role", HTMLSelectElement);
  #ends = elementById("share-ends", HTMLSelectElement);
  #name = elementById("share-name", HTMLInputElement);
  #copy = elementById("share-copy", HTMLButtonElement);
  #made = elementById("share-made", HTMLElement);
  #status = elementById("share-status", HTMLElement);
  #list = elementById("share-list", HTMLElement);
  /** What the last link was made for: pressed again, the same link is copied. */
  #madeFor = "";
  #madeId = 0;
  /** Whose name is being written. */
  #renamed = 0;
  #isMaking = false;
  /** What was asked last, once it is answered. @type {Promise<unknown>} */
  #asked = Promise.resolve();

  /**
   * @param {ShareRequests["ask"]} ask
   * @param {() => number} now seconds since 1970, by the server's clock
   */
  constructor(ask, now) {
    this.#ask = ask;
    this.#now = now;
    this.#panel.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
      this.#place();
      void this.#perform(() => this.#ask("list"));
    });
    elementById("share-more", HTMLElement).addEventListener("click", () => {
      this.#more.hidePopover();
      this.#panel.showPopover();
    });
    addEventListener("resize", () => this.#place());
    for (const field of [this.#role, this.#ends, this.#name]) {
      field.addEventListener("input", () => this.#showForm());
    }
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#isMaking) void this.#copyLink();
    });
    this.#showForm();
  }

  /** Below its button, as far to the right. */
  #place() {
    const isShown = this.#opener.offsetParent !== null;
    const opener = isShown ? this.#opener : elementById("more-open", HTMLElement);
    const { bottom, right } = opener.getBoundingClientRect();
    const { style } = this.#panel;
    style.setProperty("--top", `${bottom + GAP}px`);
    style.setProperty("--right", `${document.documentElement.clientWidth - right}px`);
  }

  #showForm() {
    elementById("share-means", HTMLElement).textContent = SHARE.means(this.#role.value);
    this.#copy.textContent = SHARE.copy;
  }

  get #wanted() {
    const seconds = Number(this.#ends.value);
    const role = this.#role.value === "editor" ? "editor" : "viewer";
    return /** @type {const} */ ({
      role,
      name: this.#name.value.trim(),
      expiresInSeconds: seconds > 0 ? seconds : null,
    });
  }

  async #copyLink() {
    const { role } = this.#wanted;
    const made = this.#make();
    const words = await copied(this.#made, made);
    if (!(await made)) return;
    this.#copy.textContent = words;
    this.#say(SHARE.once(role));
  }

  /**
   * Make the link that is wanted, unless the last one is the same.
   *
   * @returns {Promise<boolean>} whether it is there to be copied
   */
  async #make() {
    const wanted = this.#wanted;
    const key = JSON.stringify(wanted);
    if (key === this.#madeFor) return true;
    this.#isMaking = true;
    const outcome = await this.#perform(() => this.#ask("make", wanted));
    this.#isMaking = false;
    if (outcome === null || !("made" in outcome) || outcome.made === undefined) return false;
    this.#madeFor = key;
    this.#madeId = outcome.made.id;
    this.#made.textContent = outcome.made.url;
    this.#made.hidden = false;
    return true;
  }

  /**
   * One after another: the server takes no second one meanwhile.
   *
   * @param {() => Promise<ShareOutcome>} act
   * @returns {Promise<ShareOutcome | null>} null where it was refused
   */
  #perform(act) {
    const answered = this.#asked.then(act).then((outcome) => {
      this.#say("problem" in outcome ? outcome.problem : "");
      if ("problem" in outcome) return null;
      this.#show(outcome.shares);
      return outcome;
    });
    this.#asked = answered.catch(() => {});
    return answered;
  }

  /** @param {string} words */
  #say(words) {
    this.#status.textContent = words;
  }

  /** @param {readonly Share[]} shares */
  #show(shares) {
    if (!shares.some(({ id }) => id === this.#madeId)) {
      this.#madeFor = "";
      this.#made.hidden = true;
    }
    elementById("share-none", HTMLElement).hidden = shares.length > 0;
    this.#list.replaceChildren(...shares.map((share) => this.#item(share, shares)));
    const field = this.#list.querySelector("input");
    field?.focus();
    field?.select();
  }

  /**
   * @param {Share} share
   * @param {readonly Share[]} shares
   */
  #item(share, shares) {
    const item = newElement("li", "share-item");
    const title = shareWords(share);
    item.append(
      share.id === this.#renamed
        ? this.#nameField(share, shares)
        : newElement("strong", "share-title", title),
      newElement("span", "share-used", usedWords(share, this.#now())),
      this.#button(SHARE.rename, title, () => {
        this.#renamed = share.id;
        this.#show(shares);
      }),
      this.#button(SHARE.revoke, title, () => {
        void this.#perform(() => this.#ask("revoke", { id: share.id }));
      }),
    );
    return item;
  }

  /**
   * @param {Share} share
   * @param {readonly Share[]} shares
   */
  #nameField(share, shares) {
    const field = document.createElement("input");
    field.className = "panel-field share-title";
    field.maxLength = LONGEST_NAME;
    field.value = share.name;
    field.setAttribute("aria-label", SHARE.newName);
    const end = (/** @type {boolean} */ keeps) => {
      if (this.#renamed !== share.id) return;
      this.#renamed = 0;
      const name = field.value.trim();
      this.#show(shares);
      if (!keeps || name === share.name) return;
      void this.#perform(() => this.#ask("change", { id: share.id, name }));
    };
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter");
    });
    field.addEventListener("blur", () => end(true));
    return field;
  }

  /**
   * @param {string} words
   * @param {string} title of the link that it is for
   * @param {() => void} act
   */
  #button(words, title, act) {
    const button = newElement("button", "button button-small", words);
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", `${words}: ${title}`);
    button.addEventListener("click", act);
    return button;
  }
}
