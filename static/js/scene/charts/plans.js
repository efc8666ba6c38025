/** Which plan each kind of chart has. */

import { tableOf } from "../../document/chart_table.js";
import { bars, stackedBars } from "./bars.js";
import { Ruler } from "./labels.js";
import { areas, lines } from "./lines.js";
import { pie } from "./pie.js";
import { Plan } from "./plan.js";
import { scatter } from "./scatter.js";
import { surface } from "./surface.js";

/**
 * @import { ChartRow, Entity } from "../../document/schema.js"
 * @import { ChartTable } from "../../document/chart_table.js"
 * @import { Lettering } from "../objects/late_parts.js"
 *
 * @typedef {object} ChartParts
 * @property {readonly ChartRow[]} rows
 * @property {ChartTable} table
 * @property {string} title
 * @property {string} xTitle
 * @property {string} yTitle
 * @property {string} [color] that was given to the first series
 */

/** @type {Record<string, (plan: Plan, parts: ChartParts) => void>} */
const KINDS = {
  bars,
  stacked_bars: stackedBars,
  lines,
  areas,
  pie,
  scatter,
  surface,
};

/**
 * @param {Entity} entity
 * @param {Lettering} lettering
 * @param {readonly [number, number, number]} size in which it is drawn
 * @returns {Plan}
 */
export function planOf(entity, lettering, size) {
  const { chart = "bars", rows = [], title = "", xTitle = "", yTitle = "" } = entity;
  const plan = new Plan(new Ruler(lettering), size);
  const color = entity.material?.color;
  const parts = { rows, table: tableOf(rows), title, xTitle, yTitle, ...(color && { color }) };
  (KINDS[chart] ?? lines)(plan, parts);
  return plan;
}
