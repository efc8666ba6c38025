/** The form that takes a scene's id, a link that contains one, or a pairing code. */

import { codeIn, isAlmostACode } from "../net/code_text.js";
import { NOT_A_SCENE, NOT_OF_THE_SIGNS, SERVER_AWAY } from "./code_words.js";
import { elementById } from "./elements.js";

// As `find_edit_key` of the server: no UUID that runs on into further letters or digits.
const UUID = String.raw`(?<![\p{L}\p{N}])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\p{L}\p{N}])`;
// What says most clearly that it means a scene comes first.
const PLACES = [
  String.raw`(?:^|[?&;#\s])sessionId=[^\p{L}\p{N}_&#]*`,
  String.raw`/mcp/[^\p{L}\p{N}_/?#]*`,
  "",
].map((before) => new RegExp(`${before}(${UUID})`, "giu"));
const MAX_QUOTINGS = 3; // a link within a link within a link

/**
 * The scene's id in a text: alone, in a link, or in whatever stands around it.
 *
 * @param {string} text
 * @returns {string | null} null where there is none, or several that could be meant
 */
export function sessionIdIn(text) {
  const unquoted = unquote(text);
  for (const place of PLACES) {
    const found = new Set();
    for (const match of unquoted.matchAll(place)) found.add(match[1]?.toLowerCase());
    if (found.size > 0) return found.size === 1 ? [...found][0] : null;
  }
  return null;
}

/**
 * @param {string} text
 * @returns {string}
 */
function unquote(text) {
  let unquoted = text;
  try {
    for (let times = 0; times < MAX_QUOTINGS; times += 1) unquoted = decodeURIComponent(unquoted);
  } catch {
    // A % that quotes nothing.
  }
  return unquoted;
}

/** The form on the first page: what is typed is a link, an id or a code. */
export class SessionForm {
  #input = elementById("session-id", HTMLInputElement);
  #problem = elementById("session-problem", HTMLElement);
  #button = elementById("session-open", HTMLButtonElement);

  /** What becomes of a code that was sent. */
  listener = {
    codeCame: () => {},
    joinRequested: () => {},
    refused: (/** @type {{ message: string }} */ { message }) => this.#explain(message),
    awayChanged: (/** @type {boolean} */ away) => {
      if (away) this.#problem.textContent = SERVER_AWAY;
      this.#problem.hidden = !away;
    },
  };

  /** @param {(text: string) => void} openByCode */
  constructor(openByCode) {
    this.#input.addEventListener("input", () => this.clear());
    this.#input.form?.addEventListener("submit", (event) => {
      const text = this.#input.value;
      const sessionId = sessionIdIn(text);
      // The id alone goes into the address, so that a pasted link is not nested in another.
      if (sessionId !== null) this.#input.value = sessionId;
      if (sessionId !== null) return;
      event.preventDefault();
      if (codeIn(text) === null) {
        this.#explain(isAlmostACode(text) ? NOT_OF_THE_SIGNS : NOT_A_SCENE);
        return;
      }
      this.clear();
      this.#button.disabled = true;
      openByCode(text);
    });
  }

  /** @param {string} problem */
  #explain(problem) {
    this.#problem.textContent = problem;
    this.#problem.hidden = false;
    this.#button.disabled = false;
    this.#input.setAttribute("aria-invalid", "true");
    this.#input.focus();
  }

  /** To be called when what was typed is not looked at any more. */
  clear() {
    this.#problem.hidden = true;
    this.#button.disabled = false;
    this.#input.removeAttribute("aria-invalid");
  }
}
