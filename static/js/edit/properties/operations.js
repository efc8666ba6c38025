/** What the properties ask the server to do: one operation for each field that was changed. */

/**
 * @import { Change } from "../changes.js"
 *
 * @typedef {{ color: string, near: number, far: number } | null} Fog
 */

/** Arguments that are called otherwise than the members that they set. */
const ARGUMENTS = new Map([
  ["name", "rename"],
  ["material.preset", "material"],
]);
/** Key of whether there is fog: what it is like when it comes, the page does not know. */
export const HAS_FOG = "environment.hasFog";
const NO_FOG = "none";
const PLAIN_FOG = "on";

/**
 * @param {string} key of a member: `material.emissiveIntensity`
 * @returns {string} what operations call it: `emissive_intensity`
 */
export function argumentOf(key) {
  return ARGUMENTS.get(key) ?? snakeCase(key.split(".").at(-1) ?? key);
}

/**
 * @param {string} key
 * @param {ReadonlyMap<string, unknown>} given by the id of the object, what its member is to be
 * @returns {Change}
 */
export function updating(key, given) {
  const name = argumentOf(key);
  return {
    name: "update_objects",
    arguments: { changes: Array.from(given, ([target, value]) => ({ target, [name]: value })) },
    values: Object.fromEntries(Array.from(given, ([id, value]) => [`${id}.${key}`, value])),
  };
}

/**
 * @param {string} member
 * @param {unknown} value
 * @returns {Change}
 */
export function surrounding(member, value) {
  return {
    name: "set_environment",
    arguments: { [argumentOf(member)]: value },
    values: { [`environment.${member}`]: value },
  };
}

/**
 * @param {boolean} isOn
 * @returns {Change} where it begins and ends, the server knows
 */
export function foggy(isOn) {
  return {
    name: "set_environment",
    arguments: { fog: isOn ? PLAIN_FOG : NO_FOG },
    values: { [HAS_FOG]: isOn },
  };
}

/**
 * @param {NonNullable<Fog>} fog
 * @param {"color" | "near" | "far"} part
 * @param {string | number} value
 * @returns {Change}
 */
export function foggier(fog, part, value) {
  return {
    name: "set_environment",
    arguments: { [part === "color" ? "fog" : `fog_${part}`]: value },
    values: { "environment.fog": { ...fog, [part]: value } },
  };
}

/**
 * @param {string} id of the active camera
 * @param {number} fov in degrees
 * @returns {Change}
 */
export function viewing(id, fov) {
  return { name: "set_camera", arguments: { fov }, values: { [`${id}.fov`]: fov } };
}

/** @param {string} name */
const snakeCase = (name) => name.replace(/[A-Z]/g, (sign) => `_${sign.toLowerCase()}`);
