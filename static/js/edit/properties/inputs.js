/** The fields of the properties: one for each type of value, and what a person does in it. */

import { live } from "lit/directives/live.js";
import { html, nothing } from "lit/html.js";
import { axisLabel, axisOf, choiceWords, MIXED_WORDS } from "../words.js";
import { MIXED } from "./fields.js";
import { numberText, parsedNumber, stepped } from "./texts.js";
import { pickingIn, showing, writingIn } from "./writing.js";

/**
 * @import { Member } from "../../document/fields.js"
 *
 * @typedef {object} Control
 * @property {string} label
 * @property {unknown} value `MIXED` where several objects have several
 * @property {Pick<Member, "min" | "max" | "choices">} [member]
 * @property {(value: any) => void} commit
 * @property {(text: string) => void} refused what is no value of this type
 *
 * @typedef {object} TextControl
 * @property {string} label
 * @property {string} text
 * @property {boolean} [isMixed]
 * @property {(text: string) => void} commit
 */

const HEX = /^#[0-9a-f]{6}$/;
const BLACK = "#000000";
const STEP = 0.1;
const SHARE_STEP = 0.01;
/** Of degrees, and of all else whose range is that of a turn. */
const TURN_STEP = 1;

/**
 * @param {string} label
 * @param {unknown} control
 */
const labeled = (label, control) =>
  html`<label class="prop"><span class="prop-label">${label}</span>${control}</label>`;

/**
 * @param {string} label
 * @param {unknown} controls each with a label of its own
 */
const grouped = (label, controls) =>
  html`<div class="prop" role="group" aria-label=${label}>
    <span class="prop-label" aria-hidden="true">${label}</span>
    <span class="prop-controls">${controls}</span>
  </div>`;

/** @param {TextControl} control */
export function textInput(control) {
  return labeled(control.label, bareText({ ...control, label: "" }));
}

/** @param {TextControl} control without a label where one stands around it */
function bareText({ label, text, isMixed = false, commit }) {
  const { input, blur, keyDown } = writingIn(text, commit);
  return html`<input
    class="panel-field"
    type="text"
    autocomplete="off"
    spellcheck="false"
    aria-label=${label || nothing}
    placeholder=${isMixed ? MIXED_WORDS : nothing}
    .value=${showing(text)}
    @input=${input}
    @blur=${blur}
    @keydown=${keyDown}
  />`;
}

/** @param {Control} control */
export function numberInput(control) {
  const { label, value, member, commit } = control;
  if (member?.min !== 0 || member.max !== 1) {
    return labeled(label, bareNumber({ ...control, label: "" }));
  }
  const { input, change, blur } = pickingIn((text) => commit(Number(text)));
  const slider = html`<input
    type="range"
    min="0"
    max="1"
    step=${SHARE_STEP}
    aria-label=${label}
    .value=${showing(numberText(value) || "0")}
    @input=${input}
    @change=${change}
    @blur=${blur}
  />`;
  return grouped(label, html`${slider}${bareNumber(control)}`);
}

/** @param {Control} control without a label where one stands around it */
function bareNumber({ label, value, member = {}, commit, refused }) {
  const { input, blur, keyDown, keyUp } = writingIn(
    numberText(value),
    (text) => {
      const number = parsedNumber(text);
      if (number === null) refused(text);
      else commit(number);
    },
    (text, { key, shiftKey }) => {
      const by = { ...member, step: stepOf(member), isLarge: shiftKey };
      const next = stepped(parsedNumber(text) ?? 0, key, by);
      return next === null ? null : numberText(next);
    },
  );
  return html`<input
    class="panel-field prop-number"
    type="text"
    inputmode="decimal"
    autocomplete="off"
    aria-label=${label || nothing}
    placeholder=${value === MIXED ? MIXED_WORDS : nothing}
    .value=${showing(numberText(value))}
    @input=${input}
    @blur=${blur}
    @keydown=${keyDown}
    @keyup=${keyUp}
  />`;
}

/** @param {Pick<Member, "min" | "max">} member */
function stepOf({ min, max }) {
  if (min === 0 && max === 1) return SHARE_STEP;
  return max !== undefined && max <= 360 && max > 10 ? TURN_STEP : STEP;
}

/**
 * @param {Omit<Control, "commit"> & { commit: (at: number, value: number) => void }} control of a
 *   list of numbers; `commit` gets the one that was changed
 */
export function vectorInput({ label, value, commit, ...rest }) {
  const numbers = Array.isArray(value) ? value : [];
  return grouped(
    label,
    numbers.map(
      (number, at) => html`<label class="prop-axis">
        <span aria-hidden="true">${axisOf(label, at, numbers.length)}</span>
        ${bareNumber({
          ...rest,
          label: axisLabel(label, at, numbers.length),
          value: number,
          commit: (/** @type {number} */ given) => commit(at, given),
        })}
      </label>`,
    ),
  );
}

/** @param {Control} control */
export function colorInput({ label, value, commit }) {
  const text = typeof value === "string" ? value : "";
  const { input, change, blur } = pickingIn(commit);
  const picker = html`<input
    class="prop-color ${value === MIXED ? "prop-mixed" : ""}"
    type="color"
    aria-label=${label}
    .value=${showing(HEX.test(text) ? text : BLACK)}
    @input=${input}
    @change=${change}
    @blur=${blur}
  />`;
  const name = `${label}, as a text`;
  const isMixed = value === MIXED;
  return grouped(label, html`${picker}${bareText({ label: name, text, isMixed, commit })}`);
}

/** @param {Control} control */
export function choiceInput({ label, value, member, commit }) {
  const { choices = [] } = member ?? {};
  const isKnown = typeof value === "string" && choices.includes(value);
  const other = value === MIXED ? MIXED_WORDS : choiceWords(String(value));
  return labeled(
    label,
    html`<select
      class="panel-field"
      aria-label=${label}
      @change=${(/** @type {Event} */ { currentTarget }) =>
        commit(/** @type {HTMLSelectElement} */ (currentTarget).value)}
    >
      ${isKnown ? nothing : html`<option disabled .selected=${live(true)}>${other}</option>`}
      ${choices.map(
        (choice) =>
          html`<option value=${choice} .selected=${live(choice === value)}>
            ${choiceWords(choice)}
          </option>`,
      )}
    </select>`,
  );
}

/** @param {Control} control */
export function flagInput({ label, value, commit }) {
  return labeled(
    label,
    html`<input
      class="prop-flag"
      type="checkbox"
      .checked=${live(value === true)}
      .indeterminate=${live(value === MIXED)}
      @change=${(/** @type {Event} */ { currentTarget }) =>
        commit(/** @type {HTMLInputElement} */ (currentTarget).checked)}
    />`,
  );
}
