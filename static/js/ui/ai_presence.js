/** Which AI clients are here, as the server says it: who comes, who goes, and how they are called. */

/**
 * @import { Presence } from "../net/messages.js"
 *
 * @typedef {object} Comings
 * @property {string} came who is here for the first time since the page was opened; "" for nobody
 * @property {string} went who is here no longer
 */

const UNNAMED = "Your AI client";
const LONGEST_NAME = 60;

export class AiPresence {
  #here = /** @type {Set<string>} */ (new Set());
  #seen = /** @type {Set<string>} */ (new Set());

  /**
   * @param {Presence} presence
   * @returns {Comings} in words, such as "Claude Code and Codex"
   */
  update(presence) {
    const now = new Set(namesOf(presence));
    const came = [...now].filter((name) => !this.#seen.has(name));
    const went = [...this.#here].filter((name) => !now.has(name));
    this.#here = now;
    for (const name of came) this.#seen.add(name);
    return { came: listed(came), went: listed(went) };
  }
}

/**
 * @param {Presence} presence
 * @returns {string} for the chip
 */
export function aiWords(presence) {
  if (presence.clients === 0) return "Waiting for your AI";
  const names = namesOf(presence);
  const more = presence.clients - names.length;
  if (names[0] === UNNAMED)
    return more > 0 ? `${presence.clients} AI clients connected` : "AI client connected";
  return `${listed(names)} connected`;
}

/**
 * The names are what strangers' programs say of themselves: any text, of any length.
 *
 * @param {Presence} presence
 * @returns {string[]} at least one where a client is here
 */
export function namesOf({ clients, names = [] }) {
  if (clients === 0) return [];
  const clean = names
    .map((name) => name.trim().slice(0, LONGEST_NAME))
    .filter((name) => name !== "");
  return clean.length > 0 ? [...new Set(clean)] : [UNNAMED];
}

/**
 * @param {string[]} names
 * @returns {string} such as "Claude Code, Codex and Cursor"
 */
function listed(names) {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
