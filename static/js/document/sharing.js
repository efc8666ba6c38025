/** Structural sharing between two versions of one document. */

/**
 * The later value, in which every part that equals the earlier one *is* the earlier one.
 *
 * @param {any} earlier JSON
 * @param {any} later JSON
 * @returns {any}
 */
export function sharingEqualParts(earlier, later) {
  if (!isContainer(earlier) || !isContainer(later)) return later;
  if (Array.isArray(earlier) !== Array.isArray(later)) return later;
  /** @type {any} */
  const shared = Array.isArray(later) ? [] : {};
  for (const [key, value] of Object.entries(later)) {
    shared[key] = sharingEqualParts(Object.hasOwn(earlier, key) ? earlier[key] : undefined, value);
  }
  return hasSameMembers(earlier, shared) ? earlier : shared;
}

/**
 * @param {Record<string, unknown>} earlier
 * @param {Record<string, unknown>} later
 */
function hasSameMembers(earlier, later) {
  const keys = Object.keys(later);
  return (
    keys.length === Object.keys(earlier).length && keys.every((key) => later[key] === earlier[key])
  );
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
function isContainer(value) {
  return typeof value === "object" && value !== null;
}
