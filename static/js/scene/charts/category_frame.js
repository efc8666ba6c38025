/** What bars, lines and areas have around them: a title, a legend, and their labels side by side. */

import { axisTexts } from "./labels.js";
import { writerOf } from "./numbers.js";
import { seriesColor } from "./palette.js";

/**
 * @import { ChartParts } from "./plans.js"
 * @import { Plan } from "./plan.js"
 *
 * @typedef {object} CategoryFrame
 * @property {number} slot the room of each label
 * @property {(at: number) => number} x the middle of the room of a label
 * @property {(back: number) => (value: number) => number} values draws the value axis that far back
 * @property {(value: number) => string} write
 * @property {string[]} colors of the series
 */

/** In capital letters. */
const ABOVE = 1.7;

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 * @param {import("./numbers.js").Scale} scale
 * @returns {CategoryFrame}
 */
export function categoryFrame(plan, { table, title, xTitle, yTitle, color }, scale) {
  const { labels, series } = table;
  const colors = series.map((_, at) => seriesColor(at, color));
  plan.head(title, legendOf(series, colors));
  plan.upTitle(yTitle);
  const write = writerOf(scale.ticks);
  plan.leftOf(scale.ticks.map(write));
  const slot = (plan.right - plan.left) / Math.max(labels.length, 1);
  const x = (/** @type {number} */ at) => plan.left + (at + 0.5) * slot;
  plan.base(axisTexts(plan.ruler, labels, plan.roomBelow(slot, x)), x, xTitle);
  // Room for the numbers above the highest marks.
  plan.top -= plan.capital * ABOVE;
  if (scale.low < 0) plan.lift();
  const values = (/** @type {number} */ back) => {
    plan.back = back;
    return plan.values(scale, write);
  };
  return { slot, x, values, write, colors };
}

/**
 * @param {string[]} series
 * @param {string[]} colors
 * @returns {{ name: string, color: string }[]} of one series without a name, nothing
 */
export function legendOf(series, colors) {
  if (series.length === 1 && series[0] === "") return [];
  return series.map((name, at) => ({ name, color: colors[at] ?? "" }));
}
