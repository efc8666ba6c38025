/** The tables of sessions and calls, and the lists of bars: rows are the template's, filled in. */

import { elementById } from "../ui/elements.js";
import { ago, calls, clockTime, count, duration, words } from "./formats.js";

/** @import { Bar, CallRow, SessionRow } from "./messages.js" */

/**
 * @param {SessionRow[]} rows
 * @param {string} at the present moment, as the server tells it
 */
export function showSessions(rows, at) {
  fillRows("session-rows", "session-row", rows, (element, row) => {
    element.dataset.age = row.age;
    fill(element, "id", String(row.id));
    fillBadge(element, "state", row.state);
    fill(element, "age", row.age);
    fill(element, "owner", row.owner || "–");
    fill(element, "client", row.client || "–");
    fill(element, "browsers", count(row.browsers));
    fill(element, "calls", calls(row.calls));
    const time = fill(element, "lastCall", ago(row.lastCall, at));
    time.setAttribute("datetime", row.lastCall ?? "");
    linkTo(element, row.id);
  });
}

/** @param {CallRow[]} rows */
export function showCalls(rows) {
  const shown = new Set(rowsOf("call-rows").map((element) => element.dataset.call));
  fillRows("call-rows", "call-row", rows, (element, row) => {
    element.classList.toggle("new", shown.size > 0 && !shown.has(row.id));
    element.dataset.call = row.id;
    fill(element, "startedAt", clockTime(row.startedAt)).setAttribute("datetime", row.startedAt);
    fill(element, "tool", row.tool);
    fill(element, "errorCode", words(row.errorCode));
    fillBadge(element, "status", row.status);
    fill(element, "durationMs", duration(row.durationMs));
    fill(element, "sceneSession", String(row.sceneSession ?? ""));
    fill(element, "client", row.client || "–");
    linkTo(element, row.sceneSession);
  });
}

/** @param {Record<"tools" | "rules" | "limits", Bar[]>} figures */
export function showBars(figures) {
  for (const list of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-bars]")
  )) {
    const bars = figures[/** @type {"tools"} */ (list.dataset.bars)];
    fillChildren(list, "bar-row", bars, (element, bar) => {
      fill(element, "name", words(bar.name));
      fill(element, "count", count(bar.count));
      element.querySelector("[data-bar]")?.setAttribute("width", String(bar.percent));
    });
    const none = list.nextElementSibling;
    if (none instanceof HTMLElement) none.hidden = bars.length > 0;
  }
}

/** @param {string} id */
const rowsOf = (id) =>
  /** @type {HTMLElement[]} */ ([...elementById(id, HTMLTableSectionElement).children]);

/**
 * @template Row
 * @param {string} id of the table's body
 * @param {string} template
 * @param {Row[]} rows
 * @param {(element: HTMLElement, row: Row) => void} fillIn
 */
function fillRows(id, template, rows, fillIn) {
  fillChildren(elementById(id, HTMLTableSectionElement), template, rows, fillIn);
}

/**
 * @template Row
 * @param {HTMLElement} parent
 * @param {string} templateId
 * @param {Row[]} rows
 * @param {(element: HTMLElement, row: Row) => void} fillIn
 */
function fillChildren(parent, templateId, rows, fillIn) {
  const template = elementById(templateId, HTMLTemplateElement).content.firstElementChild;
  while (parent.children.length > rows.length) parent.lastElementChild?.remove();
  while (parent.children.length < rows.length) parent.append(template?.cloneNode(true) ?? "");
  rows.forEach((row, index) => {
    fillIn(/** @type {HTMLElement} */ (parent.children[index]), row);
  });
}

/**
 * @param {HTMLElement} row
 * @param {string} slot
 * @param {string} text
 */
function fill(row, slot, text) {
  const element = /** @type {HTMLElement} */ (row.querySelector(`[data-slot="${slot}"]`));
  if (element.textContent !== text) element.textContent = text;
  return element;
}

/**
 * @param {HTMLElement} row
 * @param {string} slot
 * @param {string} kind
 */
function fillBadge(row, slot, kind) {
  fill(row, slot, kind).dataset.kind = kind;
}

/**
 * @param {HTMLElement} row
 * @param {number | null} id of the session
 */
function linkTo(row, id) {
  const link = row.querySelector("[data-link]");
  if (!(link instanceof HTMLAnchorElement)) return;
  link.hidden = id === null;
  const path = link.pathname.replace(/\/\d+\//, `/${id ?? 0}/`);
  if (link.pathname !== path) link.pathname = path;
}
