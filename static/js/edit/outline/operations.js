/** What the outline asks the server to do. */

/** @import { Change } from "../changes.js" */

/** How operations call the top level. */
const WORLD = "world";

/**
 * @param {string} id
 * @param {string} name
 * @returns {Change}
 */
export function renaming(id, name) {
  return update([id], { rename: name }, { name });
}

/**
 * @param {string} id
 * @param {boolean} visible
 * @returns {Change}
 */
export function showing(id, visible) {
  return update([id], { visible }, { visible });
}

/**
 * They stay where they are in the world.
 *
 * @param {readonly string[]} ids
 * @param {string | null} parent null: the top level
 * @returns {Change}
 */
export function moving(ids, parent) {
  return update(ids, { parent: parent ?? WORLD }, {});
}

/**
 * @param {readonly string[]} ids
 * @returns {Change}
 */
export function removing(ids) {
  return { name: "remove_objects", arguments: { targets: [...ids] }, values: {} };
}

/**
 * @param {readonly string[]} ids
 * @param {Record<string, unknown>} given the arguments
 * @param {Record<string, unknown>} members what they make of the objects
 * @returns {Change}
 */
function update(ids, given, members) {
  const values = ids.flatMap((id) =>
    Object.entries(members).map(([member, value]) => [`${id}.${member}`, value]),
  );
  return {
    name: "update_objects",
    arguments: { changes: ids.map((id) => ({ target: id, ...given })) },
    values: Object.fromEntries(values),
  };
}
