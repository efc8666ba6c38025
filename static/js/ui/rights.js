/** What this page's person may do at the scene: the server decides, the page only offers it. */

/** @typedef {"edit" | "talk" | "share"} Right */

/** As `sessions_app/models/roles.py` has it. @type {Readonly<Record<string, readonly Right[]>>} */
const RIGHTS = {
  owner: ["edit", "talk", "share"],
  editor: ["edit", "talk"],
  viewer: [],
};
const LEAST = "viewer";

export class Rights {
  #body;

  /** @param {{ dataset: DOMStringMap }} body says which role the page begins with */
  constructor(body) {
    this.#body = body;
  }

  /** @param {string} role as the server says; one that the page does not know may do nothing */
  take(role) {
    this.#body.dataset.role = Object.hasOwn(RIGHTS, role) ? role : LEAST;
  }

  get role() {
    return this.#body.dataset.role ?? LEAST;
  }

  get mayEdit() {
    return this.#may("edit");
  }

  get mayShare() {
    return this.#may("share");
  }

  /** @param {Right} right */
  #may(right) {
    return (RIGHTS[this.role] ?? []).includes(right);
  }
}
