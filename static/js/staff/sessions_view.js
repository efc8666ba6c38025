/** Which sessions are looked at: what a choice makes of that, and what is told of its outcome. */

/** @import { SessionsMessage, View } from "./messages.js" */

/**
 * @param {View} view
 * @param {{ state: string, search: string }} chosen as the form has it
 * @returns {View} the first page of what was chosen; `view` itself where that is the same
 */
export function chosenView(view, { state, search }) {
  const wanted = search.trim();
  if (state === view.state && wanted === view.search) return view;
  return { state, search: wanted, page: 0 };
}

/**
 * @param {View} view
 * @param {number} step 1 to earlier sessions, -1 to later ones
 * @returns {View}
 */
export const turnedView = (view, step) => ({ ...view, page: Math.max(0, view.page + step) });

/**
 * @param {View} view
 * @returns {string} the query with which the page opens on it
 */
export const addressOf = ({ state, search, page }) =>
  `?${new URLSearchParams({ state, search, page: String(page) })}`;

/**
 * @param {SessionsMessage} shown
 * @returns {{ none: "" | "at all" | "found", later: boolean, earlier: boolean }} why the table is
 *   empty, and where one may turn to
 */
export function outcomeOf({ state, search, page, hasMore, sessions }) {
  const isUsual = state === "live" && search === "" && page === 0;
  const none = sessions.length > 0 ? "" : isUsual ? "at all" : "found";
  return { none, later: page > 0, earlier: hasMore };
}
