/** Locks, which people put on objects: nobody changes what is locked, or belongs to it. */

/**
 * @import { SceneDocument } from "./schema.js"
 *
 * @typedef {SceneDocument["objects"]} Objects
 */

/** The name of the edits that lock and unlock. */
export const LOCK = "lock_objects";
/** Whose lock it is until the server has said so. */
const YOU = "you";

/**
 * @param {Objects} objects
 * @param {string} id
 * @returns {string | null} the id of what locks it: itself, or what it belongs to
 */
export function lockOf(objects, id) {
  const seen = new Set();
  for (let at = /** @type {string | null} */ (id); at !== null && !seen.has(at); ) {
    const entity = objects[at];
    if (entity?.locked) return at;
    seen.add(at);
    at = entity?.parent ?? null;
  }
  return null;
}

/**
 * @param {Objects} objects
 * @param {readonly string[]} ids
 * @returns {boolean} whether one of them cannot be moved: it is locked, or something in it is
 */
export function areHeld(objects, ids) {
  if (ids.some((id) => lockOf(objects, id) !== null)) return true;
  const moved = new Set(ids);
  return Object.entries(objects).some(([id, { locked }]) => {
    if (!locked) return false;
    const above = new Set();
    let at = objects[id]?.parent ?? null;
    while (at !== null && !above.has(at)) {
      if (moved.has(at)) return true;
      above.add(at);
      at = objects[at]?.parent ?? null;
    }
    return false;
  });
}

/**
 * @param {Objects} objects
 * @param {readonly string[]} ids
 * @returns {boolean} whether they are to be locked next; where all of them are, unlocked
 */
export const locksNext = (objects, ids) => !ids.every((id) => objects[id]?.locked);

/** @param {string} by */
export const lockWords = (by) => `locked by ${by}`;

/**
 * @param {readonly string[]} ids
 * @param {boolean} locked
 * @returns the edit by which a person locks or unlocks them, and what it is to make of the scene
 */
export const locking = (ids, locked) => ({
  name: LOCK,
  arguments: { targets: [...ids], locked },
  values: Object.fromEntries(ids.map((id) => [`${id}.locked`, locked ? YOU : ""])),
});
