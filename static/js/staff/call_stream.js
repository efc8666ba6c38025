/** The tool calls that are shown: the newest, each once, as it is now. */

/** @import { CallRow } from "./messages.js" */

const MAX_SHOWN = 50;

/**
 * @param {CallRow[]} shown the newest first
 * @param {CallRow[]} news calls that started, or changed
 * @returns {CallRow[]} the newest first, at most 50
 */
export function mergeCalls(shown, news) {
  const merged = new Map([...shown, ...news].map((call) => [call.id, call]));
  return [...merged.values()].sort(byStart).slice(0, MAX_SHOWN);
}

/**
 * @param {CallRow} a
 * @param {CallRow} b
 */
const byStart = (a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt);
