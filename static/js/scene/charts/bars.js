/** Bars beside each other, or on top of each other. */

import { categoryFrame } from "./category_frame.js";
import { scaleOf } from "./numbers.js";

/**
 * @import { ChartParts } from "./plans.js"
 * @import { Plan } from "./plan.js"
 *
 * @typedef {object} Bars
 * @property {Plan} plan
 * @property {(value: number) => number} y
 * @property {number} wide
 * @property {number} deep
 * @property {((value: number) => string) | null} write null where numbers have no room
 * @property {number} capital of numbers
 */

/** Of the room that a label has, what its bars take. */
const FILLED = 0.72;
/** Of so many bars none is seen by itself. */
const MANY = 120;
/** Of its room, what a bar fills where others are beside it. */
const FILLED_BESIDE = 0.94;
/** Of the chart's height, how wide a bar is at most. */
const WIDEST = 0.3;
/** A bar is no deeper than so many times its width. */
const DEEP = 0.6;
/** How high a part of a bar is that has room for its number, in capital letters. */
const TALL = 1.7;
/** How small numbers become, of the usual size, before they are left out. */
const SMALLEST = 0.72;

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function bars(plan, parts) {
  const { series, values } = parts.table;
  const frame = categoryFrame(plan, parts, scaleOf(values.flat().map((value) => value ?? 0)));
  const room = (frame.slot * filledOf(parts)) / series.length;
  const wide = series.length > 1 ? room * FILLED_BESIDE : Math.min(room, plan.height * WIDEST);
  const drawn = prepared(plan, frame, values, wide, room * 1.1);
  for (const [index, line] of values.entries()) {
    const beside = (index - (series.length - 1) / 2) * room;
    for (const [at, value] of line.entries()) {
      if (value === null) continue;
      const x = frame.x(at) + beside;
      block(drawn, x, [0, value], frame.colors[index] ?? "");
      above(drawn, x, value);
    }
  }
}

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function stackedBars(plan, parts) {
  const { labels, values } = parts.table;
  const frame = categoryFrame(plan, parts, scaleOf(totalsOf(labels.length, values).flat()));
  const wide = Math.min(frame.slot * filledOf(parts), plan.height * WIDEST);
  const drawn = prepared(plan, frame, values, wide, frame.slot);
  for (const at of labels.keys()) {
    const own = values.map((line) => line[at] ?? 0);
    stack(drawn, frame.x(at), own, frame.colors);
  }
}

/** @param {ChartParts} parts */
const filledOf = ({ table }) => (table.labels.length > MANY ? 1 : FILLED);

/**
 * @param {Plan} plan
 * @param {import("./category_frame.js").CategoryFrame} frame
 * @param {(number | null)[][]} values
 * @param {number} wide
 * @param {number} room for a number
 * @returns {Bars}
 */
function prepared(plan, frame, values, wide, room) {
  const deep = Math.min(plan.depth * 0.8, Math.max(wide * DEEP, plan.depth * 0.15));
  const y = frame.values(-deep / 2);
  const widths = values
    .flat()
    .map((value) => plan.ruler.width(frame.write(value ?? 0), plan.capital));
  const share = Math.min(room / Math.max(...widths), 1);
  const write = share >= SMALLEST ? frame.write : null;
  return { plan, y, wide, deep, write, capital: plan.capital * share };
}

/**
 * @param {Bars} drawn
 * @param {number} x
 * @param {number[]} values
 * @param {string[]} colors
 */
function stack(drawn, x, values, colors) {
  const ends = { up: 0, down: 0 };
  for (const [index, value] of values.entries()) {
    if (value === 0) continue;
    const way = value > 0 ? "up" : "down";
    const from = ends[way];
    ends[way] += value;
    block(drawn, x, [from, ends[way]], colors[index] ?? "");
    inside(drawn, x, [from, ends[way]], colors[index] ?? "");
  }
  if (ends.up > 0 || ends.down === 0) above(drawn, x, ends.up);
  if (ends.down < 0) above(drawn, x, ends.down);
}

/**
 * @param {Bars} drawn
 * @param {number} x
 * @param {[from: number, to: number]} ends
 * @param {string} color
 */
function inside({ plan, y, deep, write, capital }, x, [from, to], color) {
  const [one, other] = [y(from), y(to)];
  if (write === null || Math.abs(other - one) < TALL * plan.capital) return;
  const at = /** @type {[number, number, number]} */ ([x, (one + other) / 2, deep / 2]);
  plan.write(write(to - from), at, { behind: color, capital });
}

/**
 * @param {Bars} drawn
 * @param {number} x
 * @param {number} value the end of a bar
 */
function above({ plan, y, write, capital }, x, value) {
  if (write === null) return;
  const up = value < 0 ? -1 : 1;
  plan.write(write(value), [x, y(value) + up * capital * 0.5, 0], { up, capital });
}

/**
 * @param {Bars} drawn
 * @param {number} x
 * @param {[from: number, to: number]} ends
 * @param {string} color
 */
function block({ plan, y, wide, deep }, x, [from, to], color) {
  const low = Math.min(y(from), y(to));
  const high = Math.max(y(from), y(to), low + plan.thin * 0.8); // so that a 0 is seen
  plan.blocks.push({
    from: [x - wide / 2, low, -deep / 2],
    to: [x + wide / 2, high, deep / 2],
    color,
  });
}

/**
 * @param {number} count
 * @param {(number | null)[][]} values
 * @returns {[down: number, up: number][]} how far each stack reaches
 */
export function totalsOf(count, values) {
  return Array.from({ length: count }, (_, at) => {
    const own = values.map((line) => line[at] ?? 0);
    const sum = (/** @type {number} */ sign) =>
      own.reduce((all, value) => (value * sign > 0 ? all + value : all), 0);
    return [sum(-1), sum(1)];
  });
}
