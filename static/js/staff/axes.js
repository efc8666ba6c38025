/** What a chart reckons: its scales, the words at its axes, and the minutes that stand alone. */

import { duration } from "./formats.js";

const HALF_MINUTE = 30; // a bar stands around its minute
const CHARACTER_WIDTH = 7.5; // of the axes' 12 px, at most
const NARROWEST = 64; // wide enough for most: the chart should not jump
const GAP = 16; // from the words to the scale, with its tick

/**
 * @param {number} first
 * @param {number} last
 * @returns {[number, number]} the seconds that the chart spans
 */
export const minutesRange = (first, last) => [first - HALF_MINUTE, last + HALF_MINUTE];

/**
 * @param {number | null} highest
 * @returns {[number, number]} from nothing to a little more, and never to nothing
 */
export const valuesRange = (highest) => [0, Math.max(1, (highest ?? 0) * 1.12)];

/**
 * @param {number[]} marks
 * @returns {string[]} whole numbers only: there are no half calls
 */
export const callMarks = (marks) =>
  marks.map((value) => (Number.isInteger(value) ? value.toLocaleString("en-US") : ""));

/**
 * @param {number[]} marks in milliseconds
 * @returns {string[]}
 */
export const durationMarks = (marks) => marks.map((value) => (value === 0 ? "0" : duration(value)));

/**
 * @param {number[]} marks in seconds since 1970
 * @returns {string[]} the time of day, UTC
 */
export const clockMarks = (marks) =>
  marks.map((seconds) => new Date(seconds * 1000).toISOString().slice(11, 16));

/**
 * @param {string[] | null} marks what stands at the axis, once that is known
 * @returns {number} the width that shows the longest of them whole
 */
export function axisWidth(marks) {
  const longest = Math.max(0, ...(marks ?? []).map((mark) => mark.length));
  return Math.max(NARROWEST, Math.ceil(longest * CHARACTER_WIDTH) + GAP);
}

/**
 * @param {readonly (number | null | undefined)[]} column
 * @returns {number[]} where values without a neighbour stand: no line leads to them
 */
export const loneIndexes = (column) =>
  column.flatMap((value, index) =>
    value != null && column[index - 1] == null && column[index + 1] == null ? [index] : [],
  );
