/** What is shown while nothing is selected: the surroundings of all objects, and the camera. */

import { html, nothing } from "lit/html.js";
import {
  CAMERA,
  CAMERA_FOV,
  COLOR,
  endLabel,
  FOG_FAR,
  FOG_NEAR,
  labelOf,
  SELECT_CAMERA,
} from "../words.js";
import { fieldsOf } from "./fields.js";
import { choiceInput, colorInput, flagInput, numberInput } from "./inputs.js";
import { foggier, foggy, HAS_FOG, surrounding, viewing } from "./operations.js";

/**
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { Change } from "../changes.js"
 * @import { Field } from "./fields.js"
 * @import { Fog } from "./operations.js"
 *
 * @typedef {object} SceneParts
 * @property {SceneDocument} document
 * @property {(key: string, stored: any) => any} shown
 * @property {(change: Change) => void} make
 * @property {(text: string) => void} refused
 * @property {(id: string) => void} select
 */

const ENVIRONMENT = "environment";
/** Of floors, what stands for any color. */
const ANY_COLOR = "color";
/** The floor's until the person says which. */
const FLOOR_COLOR = "#8a9ba1";

/** @param {SceneParts} parts */
export function sceneFields(parts) {
  const fields = fieldsOf(ENVIRONMENT);
  return html`${fields.map((field) => surroundingField(field, parts))}${cameraFields(parts)}`;
}

/**
 * @param {Field} field
 * @param {SceneParts} parts
 */
function surroundingField(field, parts) {
  const { document, shown, make, refused } = parts;
  const key = `${ENVIRONMENT}.${field.key}`;
  const environment = /** @type {Record<string, any>} */ (
    /** @type {unknown} */ (document.environment)
  );
  const value = shown(key, environment[field.key]);
  const control = {
    label: labelOf(key),
    value,
    member: field,
    refused,
    commit: (/** @type {unknown} */ given) => make(surrounding(field.key, given)),
  };
  if (field.type === "colors") return colorsInputs(control);
  if (field.type === "floor") return floorInputs(control);
  if (field.type === "fog") return fogInputs(value, control.label, parts);
  if (field.type === "number") return numberInput(control);
  if (field.type === "flag") return flagInput(control);
  return field.type === "choice" ? choiceInput(control) : nothing;
}

/** @param {{ label: string, value: string[], commit: (colors: string[]) => void, refused: (text: string) => void }} control */
function colorsInputs({ label, value, commit, refused }) {
  const [top = "", bottom = top] = value;
  const colors = [top, bottom];
  return colors.map((color, at) =>
    colorInput({
      label: endLabel(label, at),
      value: color,
      refused,
      commit: (/** @type {string} */ given) => {
        const after = colors.with(at, given);
        commit(after[0] === after[1] ? after.slice(0, 1) : after);
      },
    }),
  );
}

/** @param {{ label: string, value: string, member: Field, commit: (floor: string) => void, refused: (text: string) => void }} control */
function floorInputs({ label, value, member, commit, refused }) {
  const plain = member.choices ?? [];
  const isColor = !plain.includes(value);
  const choice = choiceInput({
    label,
    value: isColor ? ANY_COLOR : value,
    member: { choices: [...plain, ANY_COLOR] },
    refused,
    commit: (/** @type {string} */ given) => commit(given === ANY_COLOR ? FLOOR_COLOR : given),
  });
  const color = isColor ? colorInput({ label: `${label}: ${COLOR}`, value, refused, commit }) : "";
  return html`${choice}${color}`;
}

/**
 * @param {Fog} fog
 * @param {string} label
 * @param {SceneParts} parts
 */
function fogInputs(fog, label, { shown, make, refused }) {
  const isOn = shown(HAS_FOG, fog !== null);
  const flag = flagInput({
    label,
    value: isOn,
    refused,
    commit: (/** @type {boolean} */ given) => make(foggy(given)),
  });
  if (fog === null || !isOn) return flag;
  /** @type {(part: "color" | "near" | "far") => (value: string | number) => void} */
  const commit = (part) => (value) => make(foggier(fog, part, value));
  return html`
    ${flag}
    ${colorInput({ label: `${label}: ${COLOR}`, value: fog.color, refused, commit: commit("color") })}
    ${numberInput({ label: FOG_NEAR, value: fog.near, refused, commit: commit("near") })}
    ${numberInput({ label: FOG_FAR, value: fog.far, refused, commit: commit("far") })}
  `;
}

/** @param {SceneParts} parts */
function cameraFields({ document, shown, make, refused, select }) {
  const { camera } = document;
  const entity = camera === null ? undefined : document.objects[camera];
  const field = fieldsOf("camera").find(({ key }) => key === "fov");
  if (camera === null || entity === undefined || field === undefined) return nothing;
  return html`
    <h3>${CAMERA}</h3>
    ${numberInput({
      label: CAMERA_FOV,
      value: shown(`${camera}.fov`, entity.fov ?? field.default),
      member: field,
      refused,
      commit: (/** @type {number} */ fov) => make(viewing(camera, fov)),
    })}
    <button class="button button-small" type="button" @click=${() => select(camera)}>
      ${SELECT_CAMERA}
    </button>
  `;
}
