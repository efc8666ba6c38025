/** Scenes on their way from one document to the next. */

/**
 * @import { Entity, Environment, Material, SceneDocument } from "../document/schema.js"
 *
 * @typedef {(before: any, after: any, share: number) => unknown} Mix
 */

const COLOR = /^#[0-9a-f]{6}$/;

/** @type {Mix} of what is no number, the later one */
const number = (before, after, share) =>
  typeof before === "number" && typeof after === "number"
    ? before + share * (after - before)
    : after;

/** @type {Mix} */
const numbers = (before, after, share) =>
  Array.isArray(before) && Array.isArray(after) && before.length === after.length
    ? after.map((value, i) => number(before[i], value, share))
    : after;

/** @type {Mix} in degrees, the shorter way round */
const angles = (before, after, share) =>
  Array.isArray(after) ? after.map((to, i) => to - (1 - share) * shortest(to - before[i])) : after;

/** @type {Mix} */
const color = (before, after, share) => {
  if (!COLOR.test(before) || !COLOR.test(after)) return after;
  const parts = [1, 3, 5].map((at) => {
    const [from, to] = [before, after].map((text) => Number.parseInt(text.slice(at, at + 2), 16));
    return Math.round(Number(number(from, to, share)));
  });
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
};

/** @type {Mix} */
const colors = (before, after, share) =>
  before.length === after.length
    ? after.map((/** @type {string} */ to, /** @type {number} */ i) => color(before[i], to, share))
    : after;

/** @type {Record<string, Mix>} */
const MATERIAL = {
  color,
  emissive: color,
  emissiveIntensity: number,
  metalness: number,
  opacity: number,
  roughness: number,
};

/** @type {Mix} */
const material = (before = {}, after = {}, share = 1) => mixed(MATERIAL, before, after, share);

/** @type {Record<string, Mix>} */
const ENTITY = {
  position: numbers,
  size: numbers,
  rotation: angles,
  aim: numbers,
  color,
  intensity: number,
  angle: number,
  fov: number,
  material,
};

/** What an entity begins with where it says nothing. @type {Record<string, unknown>} */
const UNSAID = { rotation: [0, 0, 0] };

/** @type {Record<string, Mix>} */
const ENVIRONMENT = {
  background: colors,
  lightIntensity: number,
  ambient: number,
  exposure: number,
};

/**
 * What comes or goes does so at once, and so does what takes another kind or parent.
 *
 * @param {SceneDocument} before
 * @param {SceneDocument} after
 * @param {number} share of the way, from 0 to 1
 * @returns {SceneDocument} `after` itself where nothing is on its way
 */
export function between(before, after, share) {
  const environment = mixed(ENVIRONMENT, before.environment, after.environment, share);
  let { objects } = after;
  for (const [id, to] of Object.entries(after.objects)) {
    const from = before.objects[id];
    if (from === to || from?.kind !== to.kind || from.parent !== to.parent) continue;
    const entity = mixed(ENTITY, from, to, share);
    if (entity === to) continue;
    if (objects === after.objects) objects = { ...objects };
    objects[id] = entity;
  }
  const isThere = objects === after.objects && environment === after.environment;
  return isThere ? after : { ...after, objects, environment };
}

/**
 * @template {Entity | Environment | Material} T
 * @param {Record<string, Mix>} mixes by member
 * @param {T} before
 * @param {T} after
 * @param {number} share
 * @returns {T} `after` itself where none of these members is another
 */
function mixed(mixes, before, after, share) {
  if (before === after) return after;
  const from = /** @type {Record<string, any>} */ (before);
  const to = /** @type {Record<string, any>} */ (after);
  /** @type {any} */
  let result = after;
  for (const [name, mix] of Object.entries(mixes)) {
    const start = from[name] ?? UNSAID[name];
    if (start === to[name] || start === undefined || to[name] === undefined) continue;
    const value = mix(start, to[name], share);
    if (value === to[name]) continue;
    if (result === after) result = { ...after };
    result[name] = value;
  }
  return result;
}

/** @param {number} degrees */
const shortest = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;
