/** A chart as a plain table, for people who do not see it, and for those who want its numbers. */

import { tableOf } from "../document/chart_table.js";

/** @import { Entity } from "../document/schema.js" */

/** Here and not among the words of the panels, which would be loaded with it. */
const CHART_LABEL = "Label";
const CHART_VALUE = "Value";

/**
 * @param {Entity} entity of a chart
 * @returns {HTMLTableElement}
 */
export function chartTable(entity) {
  const { title, name } = entity;
  const [head = [], ...rows] = entity.chart === "scatter" ? scatterLines(entity) : lines(entity);
  const table = document.createElement("table");
  table.className = "chart-table";
  table.createCaption().textContent = title ?? name;
  const first = table.createTHead().insertRow();
  for (const text of head) first.append(headOf(text, "col"));
  const body = table.createTBody();
  for (const [label = "", ...cells] of rows) {
    const row = body.insertRow();
    row.append(headOf(label, "row"));
    for (const text of cells) row.insertCell().textContent = text;
  }
  return table;
}

/** @param {Entity} entity */
function lines({ rows = [], xTitle = "", yTitle = "" }) {
  const { labels, series, values } = tableOf(rows);
  const head = series.map((name) => name || yTitle || CHART_VALUE);
  const body = labels.map((label, at) => [label, ...values.map((line) => written(line[at]))]);
  return [[xTitle || CHART_LABEL, ...head], ...body];
}

/** @param {Entity} entity */
function scatterLines({ rows = [], xTitle, yTitle }) {
  const isDeep = rows.some(({ z }) => z !== undefined);
  const head = ["", xTitle ?? "x", yTitle ?? "y", ...(isDeep ? ["z"] : [])];
  const body = rows.map(({ label, series, x, value, z }) => {
    const name = [series, label].filter((text) => text !== undefined).join(", ");
    return [name, written(x), written(value), ...(isDeep ? [written(z)] : [])];
  });
  return [head, ...body];
}

/**
 * @param {string} text
 * @param {"col" | "row"} scope
 */
function headOf(text, scope) {
  const cell = document.createElement(text === "" ? "td" : "th");
  if (cell.tagName === "TH") cell.setAttribute("scope", scope);
  cell.textContent = text;
  return cell;
}

/** @param {number | null | undefined} value */
const written = (value) => value?.toLocaleString("en-US", { maximumFractionDigits: 10 }) ?? "";
