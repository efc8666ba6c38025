/** The charts of a scene as tables beside its picture, where only screen readers find them. */

import { elementById } from "./elements.js";

/** @import { Entity, SceneDocument } from "../document/schema.js" */

/** Of what is there. @type {Entity[]} */
let shown = [];

/** @param {SceneDocument} document_ */
export async function showChartTables({ objects }) {
  const charts = Object.values(objects).filter(
    ({ kind, visible }) => kind === "chart" && visible !== false,
  );
  if (charts.length === shown.length && charts.every((chart, at) => chart === shown[at])) return;
  shown = charts;
  const { chartTable } = await import("../edit/chart_table.js");
  // While that was loaded, others may have come.
  if (shown === charts)
    elementById("chart-tables", HTMLElement).replaceChildren(...charts.map(chartTable));
}
