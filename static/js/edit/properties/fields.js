/** Which members of objects and of the environment can be edited, and what they hold: no DOM. */

import { FIELDS } from "../../document/fields.js";

/**
 * @import { Member } from "../../document/fields.js"
 * @import { Entity, Material } from "../../document/schema.js"
 *
 * @typedef {Member & { key: string }} Field `key` is the path of the member: `material.color`
 *
 * @typedef {(material: Material) => Record<string, unknown>} MembersOf a material's own members, its
 *   preset's and the defaults
 */

/** Several objects have several values. */
export const MIXED = Symbol("mixed");

const MATERIAL = "material";
/** Types that a person can edit in a field. */
const EDITABLE = new Set([
  "aim",
  "choice",
  "color",
  "colors",
  "flag",
  "floor",
  "fog",
  "number",
  "number[2]",
  "number[3]",
  "tags",
  "text",
]);
/** No field: a light or camera that is placed follows no longer, a lock has a button, a file an id. */
const NOT_SET = new Set(["asset", "fitted", "locked"]);

/** @type {ReadonlyMap<string, Record<string, Member>>} by kind */
const MEMBERS = new Map(
  Object.entries(FIELDS).flatMap(([kinds, members]) =>
    kinds.split(" ").map((kind) => /** @type {const} */ ([kind, members])),
  ),
);

/** @returns {string[]} those of objects, and `material` and `environment` */
export const kinds = () => [...MEMBERS.keys()];

/**
 * @param {string} kind one that this page does not know has no fields
 * @returns {Field[]} those of its material among them
 */
export function fieldsOf(kind) {
  return Object.entries(MEMBERS.get(kind) ?? {}).flatMap(([name, member]) => {
    if (member.type === MATERIAL) {
      return fieldsOf(MATERIAL).map((field) => ({ ...field, key: `${MATERIAL}.${field.key}` }));
    }
    return EDITABLE.has(member.type) && !NOT_SET.has(name) ? [{ ...member, key: name }] : [];
  });
}

/**
 * @param {readonly Entity[]} entities
 * @returns {Field[]} those that all of them have, in the order of the first one's kind; of several
 *   no name, which each has alone
 */
export function sharedFields(entities) {
  const [first, ...others] = new Set(entities.map(({ kind }) => kind));
  if (first === undefined) return [];
  const of = others.map((kind) => new Map(fieldsOf(kind).map((field) => [field.key, field.type])));
  return fieldsOf(first).filter(
    ({ key, type }) =>
      (key !== "name" || entities.length === 1) && of.every((types) => types.get(key) === type),
  );
}

/**
 * @param {Entity} entity
 * @param {Field} field
 * @param {MembersOf} membersOf
 * @returns {unknown} what it holds, or what it is without
 */
export function valueIn(entity, { key, default: usual }, membersOf) {
  const [name = "", inner] = key.split(".");
  if (inner !== undefined) {
    const material = entity.material ?? {};
    return inner === "preset" ? (material.preset ?? usual) : membersOf(material)[inner];
  }
  return /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (entity))[name] ?? usual;
}

/**
 * @param {readonly unknown[]} values of which each is JSON
 * @returns {unknown} the one that all of them are; of lists of numbers, number by number
 */
export function common(values) {
  const [first, ...others] = values;
  if (Array.isArray(first) && typeof first[0] === "number") {
    return first.map((number, at) =>
      others.every((other) => Array.isArray(other) && other[at] === number) ? number : MIXED,
    );
  }
  const text = JSON.stringify(first);
  return others.every((other) => JSON.stringify(other) === text) ? first : MIXED;
}
