/** Points by two numbers, or by three. */

import { legendOf } from "./category_frame.js";
import { scaleOf, writerOf } from "./numbers.js";
import { seriesColor } from "./palette.js";

/**
 * @import { ChartRow } from "../../document/schema.js"
 * @import { ChartParts } from "./plans.js"
 * @import { Scale } from "./numbers.js"
 * @import { Place, Plan } from "./plan.js"
 *
 * @typedef {Scale & { texts: string[] }} Axis
 */

/** In capital letters. */
const RADIUS = 0.62;
const RADIUS_OF_MANY = 0.36;
const LONGEST_NAME = 9;
const MANY = 120;
/** More points than these are drawn without their names. */
const MOST_NAMED = 30;
const GRID_STRENGTH = 0.16;
/** Of what lies on the base. */
const GRID_COLOR = "#66717b";
const STALK_COLOR = "#8b949c";

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function scatter(plan, { rows, table, title, xTitle, yTitle, color }) {
  const { series } = table;
  const colors = series.map((_, at) => seriesColor(at, color));
  const colorOf = new Map(series.map((name, at) => [name, colors[at] ?? ""]));
  plan.head(title, legendOf(series, colors));
  plan.upTitle(yTitle);
  const { capital } = plan;
  const across = axisOf(
    rows.map(({ x = 0 }) => x),
    8,
  );
  const up = axisOf(
    rows.map(({ value }) => value),
    6,
  );
  const depths = rows.flatMap(({ z }) => z ?? []);
  const away = depths.length > 0 ? axisOf(depths, 4) : null;
  makeRoom(plan, across, up, away);
  const x = along(across, plan.left, plan.right);
  const shown = across.texts.map((text, at) => ({ at, text }));
  plan.base({ shown, isTurned: false, height: capital }, (at) => x(across.ticks[at] ?? 0), xTitle);
  plan.top -= capital * 0.6;
  const half = plan.depth * (away === null ? 0.1 : 0.44);
  plan.back = -half;
  const y = plan.values(up, writerOf(up.ticks));
  const z = away === null ? () => 0 : along(away, half, -half);
  upright(plan, across.ticks.map(x));
  if (away !== null) lying(plan, away, z);
  const place = (/** @type {ChartRow} */ row) =>
    /** @type {Place} */ ([x(row.x ?? 0), y(row.value), z(row.z ?? 0)]);
  const points = rows.map((row) => ({
    at: place(row),
    color: colorOf.get(row.series ?? "") ?? "",
    label: row.label ?? "",
  }));
  addPoints(plan, points, away !== null);
}

/**
 * @param {Plan} plan
 * @param {{ at: Place, color: string, label: string }[]} points
 * @param {boolean} isDeep whether each has a stalk, by which its place on the base is seen
 */
function addPoints(plan, points, isDeep) {
  const { capital, ruler } = plan;
  const radius = capital * (points.length > MANY ? RADIUS_OF_MANY : RADIUS);
  for (const { at, color } of points) {
    plan.balls.push({ at, radius, color });
    if (!isDeep) continue;
    const foot = /** @type {Place} */ ([at[0], plan.bottom, at[2]]);
    plan.rods.push({ from: foot, to: at, radius: plan.thin * 0.35, color: STALK_COLOR });
  }
  if (points.length > MOST_NAMED) return;
  const taken = points.map(({ at: [x, y] }) => ({
    left: x - radius,
    low: y - radius,
    right: x + radius,
    high: y + radius,
  }));
  for (const { at, label } of points) {
    const text = ruler.cut(label, capital, capital * LONGEST_NAME);
    if (text !== "") taken.push(...writeName(plan, text, at, radius, taken));
  }
}

/**
 * @param {number[]} values
 * @param {number} most steps
 * @returns {Axis}
 */
function axisOf(values, most) {
  const scale = scaleOf(values, { most, fromZero: false });
  return { ...scale, texts: scale.ticks.map(writerOf(scale.ticks)) };
}

/**
 * @param {Scale} scale
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
const along =
  ({ low, high }, from, to) =>
  (value) =>
    from + ((value - low) / (high - low)) * (to - from);

/**
 * @param {Plan} plan
 * @param {Axis} across
 * @param {Axis} up
 * @param {Axis | null} away
 */
function makeRoom(plan, across, up, away) {
  const { capital, ruler } = plan;
  const width = (/** @type {string} */ text) => ruler.width(text, capital);
  plan.leftOf(up.texts);
  plan.left += Math.max(0, width(across.texts[0] ?? "") / 2 - capital * 2);
  plan.right -= width(across.texts.at(-1) ?? "") / 2 + capital * 0.6;
  if (away !== null) plan.right -= Math.max(...away.texts.map(width));
}

/**
 * @param {Plan} plan
 * @param {number[]} xs
 */
function upright(plan, xs) {
  for (const x of xs) {
    plan.lines.push({
      from: [x, plan.bottom, plan.back],
      to: [x, plan.top, plan.back],
      width: plan.thin,
      strength: GRID_STRENGTH,
    });
  }
}

/**
 * @param {Plan} plan
 * @param {Axis} away
 * @param {(value: number) => number} z
 */
function lying(plan, away, z) {
  const y = plan.bottom + plan.thin;
  for (const tick of away.ticks) {
    plan.rods.push({
      from: [plan.left, y, z(tick)],
      to: [plan.right, y, z(tick)],
      radius: plan.thin * 0.4,
      color: GRID_COLOR,
    });
  }
  depthTexts(
    plan,
    away.texts.map((text, at) => ({ text, z: z(away.ticks[at] ?? 0) })),
  );
}

/**
 * Writes the name of a point beside it, unless other points and names are there.
 *
 * @param {Plan} plan
 * @param {string} text
 * @param {Place} at
 * @param {number} radius
 * @param {Box[]} taken
 * @returns {Box[]} what it takes
 */
function writeName(plan, text, at, radius, taken) {
  const { capital, ruler, width } = plan;
  const wide = ruler.width(text, capital);
  const gap = radius + capital * 0.4;
  const ways = /** @type {const} */ ([
    [0, 1, 0, gap],
    [1, 0, gap, 0],
    [-1, 0, -gap, 0],
    [0, -1, 0, -gap],
  ]);
  for (const [across, up, right, high] of ways) {
    const left = at[0] + right - ((1 - across) / 2) * wide;
    const low = at[1] + high - ((1 - up) / 2) * capital;
    if (left < -width / 2 || left + wide > width / 2 || low < plan.bottom) continue;
    const box = { left, low, right: left + wide, high: low + capital };
    if (taken.some((other) => overlaps(other, box, capital * 0.2))) continue;
    plan.write(text, at, { across, up, shift: [right, high] });
    return [box];
  }
  return [];
}

/** @typedef {{ left: number, low: number, right: number, high: number }} Box */

/**
 * @param {Box} one
 * @param {Box} other
 * @param {number} gap
 */
const overlaps = (one, other, gap) =>
  one.left < other.right + gap &&
  other.left < one.right + gap &&
  one.low < other.high + gap &&
  other.low < one.high + gap;

/**
 * Writes what is along the depth at the right of the base.
 *
 * @param {Plan} plan
 * @param {{ text: string, z: number }[]} texts
 */
export function depthTexts(plan, texts) {
  const shift = /** @type {[number, number]} */ ([plan.capital * 0.6, plan.capital * 0.25]);
  for (const { text, z } of texts) {
    plan.write(text, [plan.right, plan.bottom, z], { across: 1, up: 1, shift, behind: "dark" });
  }
}
