/** The form that takes a scene's id, or a link that contains one. */

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

/** Puts the id alone into the address, so that a pasted link is not nested in another. */
export function connectSessionForm() {
  const input = elementById("session-id", HTMLInputElement);
  const explain = () => {
    const found = input.value.trim() === "" || sessionIdIn(input.value) !== null;
    input.setCustomValidity(found ? "" : "Paste a scene's link, or its id of 36 characters.");
  };
  input.addEventListener("input", explain);
  explain();
  input.form?.addEventListener("submit", () => {
    input.value = sessionIdIn(input.value) ?? input.value;
  });
}
