/** The form that takes a scene's id, or a link that contains one. */

import { elementById } from "./elements.js";

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/**
 * @param {string} text
 * @returns {string | null}
 */
export function sessionIdIn(text) {
  return UUID.exec(text)?.[0].toLowerCase() ?? null;
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
