/** The wedges of a whole. */

import { percent, writerOf } from "./numbers.js";
import { seriesColor } from "./palette.js";

/**
 * @import { ChartParts } from "./plans.js"
 * @import { Place, Plan } from "./plan.js"
 *
 * @typedef {object} Named a wedge with its words
 * @property {number} middle in radians from the top
 * @property {number} value
 * @property {string[]} lines
 */

const TURN = 2 * Math.PI;
/** How many wedges have words; and up to how many the name has a line of its own. */
const MOST_NAMED = 20;
const MOST_IN_LINES = 10;
/** Where lines to the words bend, and where words begin, in radii from the middle. */
const ELBOW = 1.1;
const LABELS = 1.24;
/** Of the chart's width: how small the radius becomes, and how long words are. */
const LEAST = 0.17;
const LONGEST = 0.25;
const LONGEST_LINE = 0.32;
/** In capital letters. */
const LINE = 1.6;
const GAP = 0.45;

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function pie(plan, { table, title, color }) {
  const { labels, values } = table;
  const own = (values[0] ?? []).map((value) => value ?? 0);
  const all = own.reduce((sum, value) => sum + value, 0) || 1;
  plan.head(title, []);
  const { capital, ruler, width } = plan;
  const words = wordsOf(plan, labels, own, all);
  const widest = Math.max(...words.flat().map((text) => ruler.width(text, capital)), 0);
  const beside = (width / 2 - widest - capital) / LABELS;
  const room = plan.top - plan.bottom - capital;
  const radius = Math.min(room / 2 - capital * 0.4, Math.max(beside, width * LEAST));
  plan.base({ shown: [], isTurned: false, height: 0 }, () => 0, "", radius * 1.5);
  const depth = Math.min(plan.depth * 0.8, radius * 0.45);
  const at = /** @type {Place} */ ([0, plan.bottom + radius, 0]);
  /** @type {Named[]} */
  const named = [];
  let from = 0;
  for (const [index, value] of own.entries()) {
    if (value <= 0) continue;
    const to = from + (value / all) * TURN;
    const shade = colorOf(index, own.length, color);
    plan.wedges.push({ at, radius, depth, radians: [from, to], color: shade });
    named.push({ middle: (from + to) / 2, value, lines: words[index] ?? [] });
    from = to;
  }
  nameWedges(plan, named, [at[0], at[1], depth / 2], radius);
}

/**
 * @param {Plan} plan
 * @param {string[]} labels
 * @param {number[]} values
 * @param {number} all
 * @returns {string[][]} the lines of each: name and numbers, in one where there are many
 */
function wordsOf({ capital, ruler, width }, labels, values, all) {
  const write = writerOf(values);
  return values.map((value, index) => {
    const numbers = `${write(value)} (${percent(value / all)})`;
    const label = labels[index] ?? "";
    if (label === "") return [numbers];
    if (values.length <= MOST_IN_LINES) {
      return [ruler.cut(label, capital, width * LONGEST), numbers];
    }
    const most = width * LONGEST_LINE - ruler.width(numbers, capital);
    return [`${ruler.cut(label, capital, most)}  ${numbers}`];
  });
}

/**
 * @param {number} index
 * @param {number} count
 * @param {string | undefined} first
 */
function colorOf(index, count, first) {
  // The last one is beside the first.
  const isLast = index === count - 1 && index > 0 && index % 8 === 0;
  return seriesColor(isLast ? index + 3 : index, first);
}

/**
 * Writes the words of the largest wedges at both sides.
 *
 * @param {Plan} plan
 * @param {Named[]} named
 * @param {Place} middle of the front of the disk
 * @param {number} radius
 */
function nameWedges(plan, named, middle, radius) {
  const largest = [...named].sort((one, other) => other.value - one.value).slice(0, MOST_NAMED);
  const down = largest.sort((one, other) => Math.cos(other.middle) - Math.cos(one.middle));
  const isLeft = (/** @type {Named} */ each) => Math.sin(each.middle) < 0;
  writeSide(plan, down.filter(isLeft), middle, radius, -1);
  writeSide(
    plan,
    down.filter((each) => !isLeft(each)),
    middle,
    radius,
    1,
  );
}

/**
 * Writes the words of one side, one below the other, each with a line to its wedge.
 *
 * @param {Plan} plan
 * @param {Named[]} named from the top down
 * @param {Place} middle
 * @param {number} radius
 * @param {-1 | 1} side
 */
function writeSide(plan, named, [x, y, z], radius, side) {
  const { capital, thin } = plan;
  const most = Math.max(...named.map(({ lines }) => lines.length), 1);
  const heights = spread(
    named.map(({ middle }) => y + Math.cos(middle) * radius * ELBOW),
    capital * (most * LINE + GAP),
    plan.bottom + capital * most * 0.8,
    plan.top - capital * most * 0.6,
  );
  for (const [index, { middle, lines }] of named.entries()) {
    const reach = (/** @type {number} */ by) =>
      /** @type {Place} */ ([
        x + Math.sin(middle) * radius * by,
        Math.max(y + Math.cos(middle) * radius * by, plan.bottom + capital * 0.4),
        z,
      ]);
    const end = /** @type {Place} */ ([x + side * radius * LABELS, heights[index] ?? y, z]);
    plan.lines.push({ from: reach(0.97), to: reach(ELBOW), width: thin, strength: 0.6 });
    plan.lines.push({ from: reach(ELBOW), to: end, width: thin, strength: 0.6 });
    for (const [number, text] of lines.entries()) {
      const down = (number - (lines.length - 1) / 2) * capital * LINE;
      plan.write(text, end, { across: side, shift: [side * capital * 0.5, -down] });
    }
  }
}

/**
 * @param {number[]} wished heights, the highest first
 * @param {number} step the least distance between them
 * @param {number} low
 * @param {number} high
 * @returns {number[]} as near to what was wished as there is room
 */
function spread(wished, step, low, high) {
  const apart = Math.min(step, (high - low) / Math.max(wished.length - 1, 1));
  const heights = [...wished];
  let limit = high;
  for (const [index, height] of heights.entries()) {
    heights[index] = Math.min(height, limit);
    limit = (heights[index] ?? 0) - apart;
  }
  limit = low;
  for (let index = heights.length - 1; index >= 0; index--) {
    heights[index] = Math.max(heights[index] ?? 0, limit);
    limit = (heights[index] ?? 0) + apart;
  }
  return heights;
}
