/** Heights over a grid: its labels run along the width, its series into the depth. */

import { axisTexts } from "./labels.js";
import { scaleOf, writerOf } from "./numbers.js";
import { heightColor } from "./palette.js";
import { depthTexts } from "./scatter.js";

/**
 * @import { ChartParts } from "./plans.js"
 * @import { Plan } from "./plan.js"
 */

const MOST_DEPTH_TEXTS = 4;
const WIDEST_TEXT = 8;

/**
 * @param {Plan} plan
 * @param {ChartParts} parts
 */
export function surface(plan, { table, title, xTitle, yTitle }) {
  const { labels, series, values } = table;
  plan.head(title, []);
  plan.upTitle(yTitle);
  const { capital, ruler } = plan;
  const given = values.flat().map((value) => value ?? 0);
  const scale = scaleOf(given, { fromZero: Math.min(...given) >= 0 });
  const [low, high] = [Math.min(...given), Math.max(...given)];
  const write = writerOf(scale.ticks);
  plan.leftOf(scale.ticks.map(write));
  const names = series.map((name) => ruler.cut(name, capital, capital * WIDEST_TEXT));
  plan.right -= Math.max(...names.map((name) => ruler.width(name, capital))) + capital * 0.4;
  const slot = (plan.right - plan.left) / Math.max(labels.length - 1, 1);
  const x = (/** @type {number} */ at) => plan.left + at * slot;
  plan.base(axisTexts(ruler, labels, plan.roomBelow(slot, x)), x, xTitle);
  plan.top -= capital * 0.6;
  const half = plan.depth * 0.44;
  plan.back = -half;
  const y = plan.values(scale, write);
  const z = (/** @type {number} */ at) => half - (at / Math.max(series.length - 1, 1)) * 2 * half;
  plan.relief = {
    xs: labels.map((_, at) => x(at)),
    zs: series.map((_, at) => z(at)),
    ys: values.map((line) => line.map((value) => y(value ?? 0))),
    colors: values.map((line) =>
      line.map((value) => heightColor(high > low ? ((value ?? 0) - low) / (high - low) : 0.5)),
    ),
    floor: plan.bottom,
  };
  const every = Math.ceil(series.length / MOST_DEPTH_TEXTS);
  depthTexts(
    plan,
    names.map((text, at) => ({ text, z: z(at) })).filter((_, at) => at % every === 0),
  );
}
