/** What stands in the cells of the tables and bars, by the names of the template's slots. */

import { ago, calls, clockTime, count, duration, words } from "./formats.js";

/** @import { Bar, CallRow, SessionRow } from "./messages.js" */

const NOBODY = "–";

/**
 * @param {SessionRow} row
 * @param {string} at the present moment, as the server tells it
 */
export const sessionCells = (row, at) => ({
  id: String(row.id),
  name: row.name,
  state: row.state,
  age: row.age,
  owner: row.owner || NOBODY,
  client: row.client || NOBODY,
  browsers: count(row.browsers),
  calls: calls(row.calls),
  lastCall: ago(row.lastCall, at),
});

/** @param {CallRow} row */
export const callCells = (row) => ({
  startedAt: clockTime(row.startedAt),
  tool: row.tool,
  errorCode: words(row.errorCode),
  status: row.status,
  durationMs: duration(row.durationMs),
  sceneSession: String(row.sceneSession ?? ""),
  client: row.client || NOBODY,
});

/**
 * @param {Bar} bar
 * @param {string} list "tools" are named as clients call them, the others in words
 */
export const barCells = (bar, list) => ({
  name: list === "tools" ? bar.name : words(bar.name),
  count: count(bar.count),
});

/**
 * @param {{ id: string }[]} rows
 * @param {ReadonlySet<string>} shown the ids of the rows that stand there
 * @returns {Set<string>} the ids of those that came just now; none of a table that fills up at first
 */
export function newIds(rows, shown) {
  if (shown.size === 0) return new Set();
  return new Set(rows.map(({ id }) => id).filter((id) => !shown.has(id)));
}
