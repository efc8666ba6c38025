/** What is shown of the selected objects: the fields that all of them have. */

import { guard } from "lit/directives/guard.js";
import { until } from "lit/directives/until.js";
import { html, nothing } from "lit/html.js";
import { locking } from "../../document/locks.js";
import { CHART_TABLE, LOCKED, labelOf, MORE, SECTIONS } from "../words.js";
import { common, MIXED, sharedFields, valueIn } from "./fields.js";
import {
  choiceInput,
  colorInput,
  flagInput,
  numberInput,
  textInput,
  vectorInput,
} from "./inputs.js";
import { updating } from "./operations.js";
import { aimText, parsedAim, parsedTags, tagsText } from "./texts.js";

/**
 * @import { Entity } from "../../document/schema.js"
 * @import { Change } from "../changes.js"
 * @import { Field, MembersOf } from "./fields.js"
 * @import { Control } from "./inputs.js"
 *
 * @typedef {object} ObjectParts
 * @property {Readonly<Record<string, Entity>>} objects all of the scene, by id
 * @property {readonly string[]} ids of those that are selected
 * @property {MembersOf} membersOf
 * @property {(prop: string) => string[]} formsOf
 * @property {(key: string, stored: any) => any} shown
 * @property {(change: Change) => void} make
 * @property {(text: string) => void} refused
 */

/** @param {ObjectParts} parts */
export function objectFields(parts) {
  const { objects, ids } = parts;
  const fields = sharedFields(ids.flatMap((id) => objects[id] ?? []));
  const placed = new Set(SECTIONS.flatMap(({ keys }) => keys));
  const sections = SECTIONS.map(({ title, keys }) => {
    const inIt =
      title === MORE
        ? fields.filter(({ key }) => !placed.has(key))
        : keys.flatMap((wanted) => fields.filter(({ key }) => key === wanted));
    return inIt.length === 0 ? nothing : section(title, inIt, parts);
  });
  return [lockField(parts), ...sections, tableOfChart(parts)];
}

/** @param {ObjectParts} parts */
function tableOfChart({ objects, ids }) {
  const [only] = ids.length === 1 ? ids.map((id) => objects[id]) : [];
  if (only?.kind !== "chart") return nothing;
  const table = guard([only], () =>
    until(import("../chart_table.js").then(({ chartTable }) => chartTable(only))),
  );
  return html`<details class="prop-section"><summary>${CHART_TABLE}</summary>${table}</details>`;
}

/** @param {ObjectParts} parts */
function lockField({ objects, ids, shown, make, refused }) {
  const locked = ids.map((id) => Boolean(shown(`${id}.locked`, objects[id]?.locked)));
  const commit = (/** @type {unknown} */ given) => make(locking(ids, given === true));
  return html`<div class="prop-section">
    ${flagInput({ label: LOCKED, value: common(locked), refused, commit })}
  </div>`;
}

/**
 * @param {string} title
 * @param {Field[]} fields
 * @param {ObjectParts} parts
 */
function section(title, fields, parts) {
  const inputs = fields.map((field) => objectField(field, parts));
  if (title === "") return html`<div class="prop-section">${inputs}</div>`;
  if (title !== MORE) return html`<div class="prop-section"><h3>${title}</h3>${inputs}</div>`;
  return html`<details class="prop-section"><summary>${title}</summary>${inputs}</details>`;
}

/**
 * @param {Field} field
 * @param {ObjectParts} parts
 */
function objectField(field, parts) {
  const { key, type } = field;
  const { objects, ids, refused } = parts;
  const values = valuesOf(field, parts);
  const value = common([...values.values()]);
  /** @param {unknown} given of all of them */
  const commit = (given) => parts.make(updating(key, new Map(ids.map((id) => [id, given]))));
  const control = { label: labelOf(key), value, member: field, refused, commit };
  const isMixed = value === MIXED || (Array.isArray(value) && value.includes(MIXED));
  if (type === "number") return numberInput(control);
  if (type === "color") return colorInput(control);
  if (type === "choice") return choiceInput(control);
  if (key === "form") return formInput(control, formsOfAll(parts));
  if (type === "flag") return flagInput(control);
  if (type === "text")
    return textInput({ ...control, text: isMixed ? "" : String(value), isMixed });
  if (type === "tags") {
    const sent = (/** @type {string} */ text) => commit(parsedTags(text));
    return textInput({ ...control, text: tagsText(value), isMixed, commit: sent });
  }
  if (type === "aim") {
    const sent = (/** @type {string} */ text) => commit(parsedAim(text));
    return textInput({ ...control, text: aimText(value, objects), isMixed, commit: sent });
  }
  if (!type.startsWith("number[")) return nothing;
  // The others of its numbers each object keeps.
  const commitOne = (/** @type {number} */ at, /** @type {number} */ given) => {
    const after = new Map(Array.from(values, ([id, numbers]) => [id, numbers.with(at, given)]));
    parts.make(updating(key, after));
  };
  return vectorInput({ ...control, commit: commitOne });
}

/**
 * @param {Control} control
 * @param {string[]} forms of which the first is the usual one
 */
function formInput(control, forms) {
  if (forms.length === 0) return nothing;
  const value = control.value === "" ? forms[0] : control.value;
  return choiceInput({ ...control, value, member: { ...control.member, choices: forms } });
}

/**
 * @param {ObjectParts} parts
 * @returns {string[]} the forms that all have; none where they are several props
 */
function formsOfAll({ objects, ids, formsOf }) {
  const [prop, ...others] = new Set(ids.map((id) => objects[id]?.prop));
  return prop === undefined || others.length > 0 ? [] : formsOf(prop);
}

/**
 * @param {Field} field
 * @param {ObjectParts} parts
 * @returns {Map<string, any>} by the id of the object
 */
function valuesOf(field, { objects, ids, membersOf, shown }) {
  return new Map(
    ids.flatMap((id) => {
      const entity = objects[id];
      if (entity === undefined) return [];
      return [[id, shown(`${id}.${field.key}`, valueIn(entity, field, membersOf))]];
    }),
  );
}
