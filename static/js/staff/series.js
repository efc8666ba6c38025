/** The last hour, minute by minute: as columns for a chart, and in words for who cannot see one. */

import { count, duration } from "./formats.js";

/**
 * @import { Minute } from "./messages.js"
 * @typedef {"calls" | "errors" | "p50Ms" | "p95Ms"} Column
 */

/**
 * @param {Minute[]} series
 * @param {Column[]} columns
 * @returns {[number[], ...(number | null)[][]]} seconds since 1970, then each column
 */
export function toColumns(series, columns) {
  const seconds = series.map(({ minute }) => Date.parse(minute) / 1000);
  return [seconds, ...columns.map((column) => series.map((minute) => minute[column]))];
}

/** @param {Minute} minute */
const clock = ({ minute }) => minute.slice(11, 16);

/**
 * @param {Minute[]} series
 * @returns {string} such as "Calls per minute in the last hour: 120 in all, 3 failed, …"
 */
export function callsInWords(series) {
  const all = sum(series.map(({ calls }) => calls));
  if (all === 0) return "Calls per minute: none in the last hour.";
  const failed = sum(series.map(({ errors }) => errors));
  const busiest = series.reduce((most, minute) => (minute.calls > most.calls ? minute : most));
  return (
    `Calls per minute in the last hour: ${count(all)} in all, ${count(failed)} failed; ` +
    `most at ${clock(busiest)} UTC with ${count(busiest.calls)}.`
  );
}

/**
 * @param {Minute[]} series
 * @returns {string}
 */
export function durationsInWords(series) {
  const measured = series.filter(({ p95Ms }) => p95Ms !== null);
  const last = measured.at(-1);
  if (!last) return "Duration of calls: none ended in the last hour.";
  const slowest = measured.reduce((most, minute) =>
    (minute.p95Ms ?? 0) > (most.p95Ms ?? 0) ? minute : most,
  );
  return (
    `Duration of calls: at ${clock(last)} UTC half took up to ${duration(last.p50Ms)} ` +
    `and 95% up to ${duration(last.p95Ms)}; ` +
    `slowest at ${clock(slowest)} UTC with ${duration(slowest.p95Ms)}.`
  );
}

/**
 * @param {Minute} minute
 * @returns {string} what stands over the chart while one points at a minute
 */
export const callsReading = (minute) =>
  `${clock(minute)} · ${count(minute.calls)} calls · ${count(minute.errors)} failed`;

/** @param {Minute} minute */
export const durationsReading = (minute) =>
  `${clock(minute)} · p95 ${duration(minute.p95Ms)} · p50 ${duration(minute.p50Ms)}`;

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
