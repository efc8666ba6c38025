/** Which rows of a long list are in sight, so that only these are in the page: no DOM. */

/** Rows above and below that are drawn, too: what is scrolled to is mostly there already. */
const BESIDE = 6;

/**
 * @typedef {object} Sight
 * @property {number} top how far the list is scrolled, in pixels
 * @property {number} height of what is seen of it
 * @property {number} rowHeight
 */

/**
 * @param {number} count of all rows
 * @param {Sight} sight
 * @returns {{ first: number, end: number }} the rows to draw, the last one excluded
 */
export function rowsInSight(count, { top, height, rowHeight }) {
  const first = Math.max(0, Math.floor(top / rowHeight) - BESIDE);
  const end = Math.min(count, Math.ceil((top + height) / rowHeight) + BESIDE);
  return { first: Math.min(first, end), end };
}

/**
 * @param {number} index of a row
 * @param {Sight} sight
 * @returns {number} how far to scroll, so that the whole row is in sight
 */
export function scrolledTo(index, { top, height, rowHeight }) {
  const above = index * rowHeight;
  if (above < top) return above;
  return Math.max(top, above + rowHeight - height);
}
