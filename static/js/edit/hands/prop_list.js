/** The list of props that a person can add, with a field to search it. */

/**
 * @import { RawProp } from "../../scene/props/recipes.js"
 *
 * @typedef {object} Entry
 * @property {string} prop
 * @property {string} form empty for a prop itself
 * @property {string} words by which it is found
 */

// With the words of the panels they would be a chunk more that each page loads.
const SEARCH_PROPS = "Search things";
const PROPS_LIST = "Things to add";
const NO_PROP = "Nothing is called like this.";

/** @param {string} prop such as street_lamp @param {string} form empty for its usual one */
function propWords(prop, form) {
  const words = [prop, form].filter(Boolean).join(": ").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const BLANKS = /[\s_-]+/g;

/** @param {string} text */
const plain = (text) => text.replace(BLANKS, " ").trim().toLowerCase();

/**
 * @param {ReadonlyMap<string, RawProp>} props
 * @returns {Entry[]} each prop, followed by its forms
 */
const entriesOf = (props) =>
  Array.from(props, ([prop, { words = [], forms = {} }]) => [
    { prop, form: "", words: plain([prop, ...words].join(", ")) },
    ...Object.entries(forms).map(([form, own]) => ({
      prop,
      form,
      words: plain([`${form} ${prop}`, ...(own.words ?? [])].join(", ")),
    })),
  ]).flat();

/**
 * @param {readonly Entry[]} all
 * @param {string} text
 * @returns {Entry[]} without a text all props, else what it finds, forms among them
 */
function found(all, text) {
  const wanted = plain(text);
  if (wanted === "") return all.filter(({ form }) => form === "");
  return all.filter(({ words }) => words.includes(wanted));
}

/**
 * @param {ReadonlyMap<string, RawProp>} props
 * @param {(prop: string, form: string) => void} add
 * @returns {HTMLElement} with the focus to be put into its field
 */
export function propList(props, add) {
  const all = entriesOf(props);
  const place = document.createElement("div");
  place.className = "edit-props";
  const field = document.createElement("input");
  Object.assign(field, { type: "search", className: "panel-field", placeholder: SEARCH_PROPS });
  field.setAttribute("aria-label", SEARCH_PROPS);
  field.autocomplete = "off";
  const list = document.createElement("ul");
  list.setAttribute("aria-label", PROPS_LIST);
  const show = () => list.replaceChildren(...rows(found(all, field.value)));
  field.addEventListener("input", show);
  place.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button) add(button.dataset.prop ?? "", button.dataset.form ?? "");
  });
  place.addEventListener("keydown", (event) => moveFocus(event, field, list));
  place.append(field, list);
  show();
  return place;
}

/** @param {readonly Entry[]} shown */
function rows(shown) {
  const made = shown.map(({ prop, form }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: propWords(prop, form) });
    Object.assign(button.dataset, { prop, form });
    return inRow(button);
  });
  return made.length > 0 ? made : [inRow(NO_PROP)];
}

/** @param {HTMLElement | string} content */
function inRow(content) {
  const row = document.createElement("li");
  row.append(content);
  return row;
}

/**
 * Arrows go through the list, and from its top back to the field, where Enter adds the first one.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLInputElement} field
 * @param {HTMLElement} list
 */
function moveFocus(event, field, list) {
  const buttons = [...list.querySelectorAll("button")];
  const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  const isInField = document.activeElement === field;
  if (event.key === "Enter" && isInField) buttons[0]?.click();
  else if (event.key === "ArrowDown") buttons[at + 1]?.focus();
  else if (event.key === "ArrowUp" && at > 0) buttons[at - 1]?.focus();
  else if (event.key === "ArrowUp" && at === 0) field.focus();
  else return;
  event.preventDefault();
}
