/** Lines through points, and areas on top of each other. */

import { totalsOf } from "./bars.js";
import { categoryFrame } from "./category_frame.js";
import { scaleOf } from "./numbers.js";

/**
 * @import { CategoryFrame } from "./category_frame.js"
 * @import { ChartParts } from "./plans.js"
 * @import { Place, Plan } from "./plan.js"
 */

/** In capital letters. */
const LINE_RADIUS = 0.2;
const THIN_RADIUS = 0.12;
const POINT_RADIUS = 0.46;
/** More points than these have no balls, and lines that are thinner. */
const MOST_POINTS = 60;
const MOST_THICK = 150;
const AREA_DEPTH = 0.4;
/** Of its depth, how far back the lines of the axis are. */
const BACK = 0.22;
/** Where the least value is lower than this part of the highest, the axis begins at 0. */
const NEAR_ZERO = 0.5;

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function lines(plan, parts) {
  const { labels, series, values } = parts.table;
  const given = values.flat().filter((value) => value !== null);
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const fromZero = low <= high * NEAR_ZERO || low === high;
  const frame = categoryFrame(plan, parts, scaleOf(given, { fromZero }));
  const y = frame.values(-plan.depth * BACK);
  const radius = plan.capital * (labels.length > MOST_THICK ? THIN_RADIUS : LINE_RADIUS);
  const hasPoints = given.length <= MOST_POINTS;
  const apart = Math.min((plan.depth * 0.8) / series.length, plan.capital);
  for (const [index, line] of values.entries()) {
    const z = ((series.length - 1) / 2 - index) * apart;
    const places = line.map((value, at) =>
      value === null ? null : /** @type {Place} */ ([frame.x(at), y(value), z]),
    );
    addLine(plan, places, { radius, hasPoints, color: frame.colors[index] ?? "" });
    if (series.length === 1) writeValues(plan, frame, line, places);
  }
}

/**
 * @param {Plan} plan
 * @param {(Place | null)[]} places in order; where one is missing, the line has a gap
 * @param {{ radius: number, hasPoints: boolean, color: string }} look
 */
function addLine(plan, places, { radius, hasPoints, color }) {
  for (const [at, place] of places.entries()) {
    if (place === null) continue;
    const before = places[at - 1] ?? null;
    if (before !== null) plan.rods.push({ from: before, to: place, radius, color });
    const isAlone = before === null && (places[at + 1] ?? null) === null;
    const ball = hasPoints || isAlone ? plan.capital * POINT_RADIUS : radius;
    plan.balls.push({ at: place, radius: ball, color });
  }
}

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function areas(plan, parts) {
  const { labels, series, values } = parts.table;
  const frame = categoryFrame(plan, parts, scaleOf(totalsOf(labels.length, values).flat()));
  const y = frame.values(-plan.depth * BACK);
  const front = (plan.depth * AREA_DEPTH) / 2;
  const below = labels.map(() => 0);
  for (const [index, line] of values.entries()) {
    const ends = line.map((value, at) => {
      const low = below[at] ?? 0;
      below[at] = low + (value ?? 0);
      return { x: frame.x(at), low: y(low), high: y(low + (value ?? 0)) };
    });
    const [only] = ends;
    if (only !== undefined && ends.length === 1) {
      // One value has no neighbor to lead to.
      ends.splice(
        0,
        1,
        ...[-1, 1].map((side) => ({ ...only, x: only.x + (side * frame.slot) / 4 })),
      );
    }
    plan.bands.push({ ends, depth: [-front, front], color: frame.colors[index] ?? "" });
  }
  if (series.length > 1) return;
  const [line = []] = values;
  const places = line.map(
    (value, at) => /** @type {Place} */ ([frame.x(at), y(value ?? 0), front]),
  );
  writeValues(plan, frame, line, places);
}

/**
 * Writes the numbers at the points of one line, if there is room for all.
 *
 * @param {Plan} plan
 * @param {CategoryFrame} frame
 * @param {(number | null)[]} line
 * @param {(Place | null)[]} places
 */
function writeValues(plan, { slot, write }, line, places) {
  const { capital, ruler, bottom } = plan;
  const texts = line.map((value) => (value === null ? "" : write(value)));
  if (texts.some((text) => text !== "" && ruler.width(text, capital) > slot * 0.9)) return;
  for (const [at, place] of places.entries()) {
    if (place === null) continue;
    const hasRoom = place[1] - bottom > capital * 2.4;
    const up = isValley(line, at) && hasRoom ? -1 : 1;
    plan.write(texts[at] ?? "", [place[0], place[1] + up * capital * 0.65, place[2]], { up });
  }
}

/**
 * @param {(number | null)[]} line
 * @param {number} at
 */
function isValley(line, at) {
  const [before, value, after] = [line[at - 1] ?? null, line[at] ?? 0, line[at + 1] ?? null];
  return before !== null && after !== null && before >= value && after > value;
}
