/** How a person locks objects and unlocks them, and what is said of it. */

import { LOCK } from "../document/locks.js";

/** @import { Change } from "./changes.js" */

/** Whose lock it is until the server has said so. */
const YOU = "you";

/** @param {string} by */
export const lockWords = (by) => `locked by ${by}`;

/**
 * @param {readonly string[]} ids
 * @param {boolean} locked
 * @returns {Change}
 */
export function locking(ids, locked) {
  return {
    name: LOCK,
    arguments: { targets: [...ids], locked },
    values: Object.fromEntries(ids.map((id) => [`${id}.locked`, locked ? YOU : ""])),
  };
}
