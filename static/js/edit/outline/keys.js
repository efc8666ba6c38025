/** Where the keys of a tree lead: no DOM. */

/**
 * @import { Row } from "./scene_tree.js"
 *
 * @typedef {{ goTo: number } | { expand: string } | { collapse: string } | null} Step
 */

const PAGE = 10;

/**
 * @param {string} key
 * @param {readonly Row[]} rows
 * @param {number} at the active row
 * @returns {Step} null where the key does nothing
 */
export function stepOf(key, rows, at) {
  const last = rows.length - 1;
  if (last < 0) return null;
  if (key === "ArrowDown") return goTo(at + 1, last);
  if (key === "ArrowUp") return goTo(at - 1, last);
  if (key === "PageDown") return goTo(at + PAGE, last);
  if (key === "PageUp") return goTo(at - PAGE, last);
  if (key === "Home") return goTo(0, last);
  if (key === "End") return goTo(last, last);
  if (key === "ArrowRight") return inward(rows, at);
  if (key === "ArrowLeft") return outward(rows, at);
  return null;
}

/**
 * @param {string} typed begins the name of the row
 * @param {readonly Row[]} rows
 * @param {number} at the active row: with one sign the search begins after it
 * @returns {Step}
 */
export function typedStep(typed, rows, at) {
  const from = typed.length > 1 ? at : at + 1;
  const wanted = typed.toLowerCase();
  for (let by = 0; by < rows.length; by++) {
    const index = (from + by) % rows.length;
    if (rows[index]?.entity.name.toLowerCase().startsWith(wanted)) return { goTo: index };
  }
  return null;
}

/**
 * @param {number} index
 * @param {number} last
 */
const goTo = (index, last) => ({ goTo: Math.min(Math.max(index, 0), last) });

/**
 * @param {readonly Row[]} rows
 * @param {number} at
 * @returns {Step}
 */
function inward(rows, at) {
  const row = rows[at];
  if (row === undefined || row.isExpanded === null) return null;
  return row.isExpanded ? { goTo: at + 1 } : { expand: row.id };
}

/**
 * @param {readonly Row[]} rows
 * @param {number} at
 * @returns {Step}
 */
function outward(rows, at) {
  const row = rows[at];
  if (row === undefined) return null;
  if (row.isExpanded) return { collapse: row.id };
  const above = rows.slice(0, at).findLastIndex(({ level }) => level < row.level);
  return above < 0 ? null : { goTo: above };
}
