/** Fields that a person is writing in: nothing else changes those until they are done. */

import { Directive, directive } from "lit/directive.js";
import { noChange } from "lit/html.js";

/** Fields with a text that is not sent yet. @type {WeakSet<HTMLInputElement>} */
const written = new WeakSet();

class Showing extends Directive {
  /** @param {string} _ what `update` takes */
  render(_) {
    return noChange;
  }

  /**
   * @param {any} part the `value` of a field
   * @param {[string]} text
   */
  update({ element }, [text]) {
    if (!written.has(element) && element.value !== text) element.value = text;
    return noChange;
  }
}

/** As the value of a field: this text, unless the person is writing another one there. */
export const showing = directive(Showing);

/**
 * What a text field calls: Enter and leaving it send what was written, Escape puts back what was.
 *
 * @param {string} shown the text that it has otherwise
 * @param {(text: string) => void} commit
 * @param {(text: string, event: KeyboardEvent) => string | null} [step] what a key makes of a text,
 *   sent once the key is up; null: nothing
 */
export function writingIn(shown, commit, step = () => null) {
  /** @param {HTMLInputElement} field */
  const send = (field) => {
    if (!written.delete(field)) return;
    if (field.value.trim() === shown) field.value = shown;
    else commit(field.value);
  };
  return {
    input: (/** @type {Event} */ event) => written.add(fieldOf(event)),
    blur: (/** @type {Event} */ event) => send(fieldOf(event)),
    keyDown: (/** @type {KeyboardEvent} */ event) => {
      const field = fieldOf(event);
      const next = step(field.value, event);
      if (next !== null) {
        event.preventDefault();
        field.value = next;
        written.add(field);
      }
      if (event.key === "Enter" && !event.isComposing) send(field);
      if (event.key !== "Escape" || !written.delete(field)) return;
      event.stopPropagation();
      field.value = shown;
    },
    keyUp: (/** @type {KeyboardEvent} */ event) => {
      if (step(shown, event) !== null) send(fieldOf(event));
    },
  };
}

/**
 * What a slider or a color picker calls: moving it is writing, and letting go sends it.
 *
 * @param {(value: string) => void} commit
 */
export function pickingIn(commit) {
  return {
    input: (/** @type {Event} */ event) => written.add(fieldOf(event)),
    change: (/** @type {Event} */ event) => {
      written.delete(fieldOf(event));
      commit(fieldOf(event).value);
    },
    blur: (/** @type {Event} */ event) => written.delete(fieldOf(event)),
  };
}

/** @param {Event} event */
const fieldOf = ({ currentTarget }) => /** @type {HTMLInputElement} */ (currentTarget);
