/** The operations that a person's hands ask for, with the arguments that the server takes. */

/**
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { Change } from "../../scene/editing/editor.js"
 *
 * @typedef {{ name: string, arguments: Record<string, unknown> }} Operation
 * @typedef {SceneDocument["objects"]} Objects
 */

/** Kinds without a size of their own: all in them grows along. */
const COMPOSED = new Set(["group", "pattern"]);

/**
 * @param {Objects} objects
 * @param {Change} change
 * @returns {Operation} one for all objects, with absolute values wherever there are any
 */
export function placing(objects, { overrides, tops, factor }) {
  const changes = tops.flatMap((id) => {
    const entity = objects[id];
    if (entity === undefined) return [];
    const { position, rotation, aim, size } = overrides.get(id) ?? {};
    return [
      {
        target: entity.name,
        ...(position && { position }),
        ...(rotation && { rotation }),
        ...(aim && { aim }),
        ...(size && { size }),
        ...(factor !== undefined && COMPOSED.has(entity.kind) && { scale_by: [factor] }),
      },
    ];
  });
  return { name: "update_objects", arguments: { changes } };
}

/**
 * @param {string} name of an operation that takes `targets`
 * @param {Objects} objects
 * @param {readonly string[]} ids
 * @returns {Operation}
 */
export function withTargets(name, objects, ids) {
  const targets = ids.flatMap((id) => objects[id]?.name ?? []);
  return { name, arguments: { targets } };
}

/** A scene that reaches less far, in meters, gets smaller things than usual. */
const SMALL = 1;
/** Of a text one gives the height of its letters. */
const LETTERS = 0.3;

/**
 * @param {string} kind
 * @param {number} reach how far the scene reaches, in meters; 0 where there is nothing in it
 * @returns {Operation} adds one of this kind where the server finds room for it
 */
export function adding(kind, reach) {
  const side = (kind === "text" ? LETTERS : 1) * reach;
  const isSized = reach > 0 && reach < SMALL && !kind.endsWith("_light");
  const object = {
    kind,
    ...(kind === "text" && { text: "Text" }),
    ...(isSized && { size: [Number(side.toPrecision(1))] }),
  };
  return { name: "add_objects", arguments: { objects: [object] } };
}

/**
 * @param {string} prop
 * @param {string} form empty for the usual one
 * @returns {Operation} adds one in its usual size
 */
export function addingProp(prop, form) {
  const object = { kind: "prop", prop, ...(form && { form }) };
  return { name: "add_objects", arguments: { objects: [object] } };
}

/**
 * @param {Objects} before
 * @param {Objects} after
 * @returns {string[]} the ids of what was added, without what belongs to it
 */
export function added(before, after) {
  const fresh = Object.keys(after).filter((id) => !Object.hasOwn(before, id));
  return fresh.filter((id) => !fresh.includes(after[id]?.parent ?? ""));
}
