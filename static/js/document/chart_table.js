/** The rows of a chart as a table: its labels, its series, and a value for each of both. No DOM. */

/**
 * @import { ChartRow } from "./schema.js"
 *
 * @typedef {object} ChartTable
 * @property {string[]} labels in the order of the rows
 * @property {string[]} series in the order of the rows; one without a name where there is none
 * @property {(number | null)[][]} values by series and label; null where no row says it
 */

/**
 * @param {readonly ChartRow[]} rows
 * @returns {ChartTable}
 */
export function tableOf(rows) {
  const series = [...new Set(rows.map((row) => row.series ?? ""))];
  if (series.length === 1) {
    const [only = ""] = series;
    const labels = rows.map((row) => row.label ?? "");
    return { labels, series: [only], values: [rows.map(({ value }) => value)] };
  }
  const labels = [...new Set(rows.map((row) => row.label ?? ""))];
  const columns = new Map(labels.map((label, at) => [label, at]));
  const lines = new Map(
    series.map((name) => [name, /** @type {(number | null)[]} */ (labels.map(() => null))]),
  );
  for (const { label = "", series: name = "", value } of rows) {
    const line = lines.get(name);
    if (line !== undefined) line[columns.get(label) ?? 0] = value;
  }
  return { labels, series, values: [...lines.values()] };
}
