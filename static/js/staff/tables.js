/** The tables of sessions and calls, and the lists of bars: rows are the template's, filled in. */

import { elementById } from "../ui/elements.js";
import { barCells, callCells, newIds, sessionCells } from "./cells.js";

/** @import { Bar, CallRow, SessionRow } from "./messages.js" */

/**
 * @param {SessionRow[]} rows
 * @param {string} at the present moment, as the server tells it
 */
export function showSessions(rows, at) {
  fillRows("session-rows", "session-row", rows, (element, row) => {
    element.dataset.age = row.age;
    fill(element, sessionCells(row, at));
    slot(element, "state").dataset.kind = row.state;
    slot(element, "lastCall").setAttribute("datetime", row.lastCall ?? "");
    linkTo(element, row.id);
  });
}

/** @param {CallRow[]} rows */
export function showCalls(rows) {
  const shown = rowsOf("call-rows").map((element) => element.dataset.call ?? "");
  const fresh = newIds(rows, new Set(shown));
  fillRows("call-rows", "call-row", rows, (element, row) => {
    element.classList.toggle("new", fresh.has(row.id));
    element.dataset.call = row.id;
    fill(element, callCells(row));
    slot(element, "status").dataset.kind = row.status;
    slot(element, "startedAt").setAttribute("datetime", row.startedAt);
    linkTo(element, row.sceneSession);
  });
}

/** @param {Record<"tools" | "rules" | "limits", Bar[]>} figures */
export function showBars(figures) {
  for (const list of /** @type {NodeListOf<HTMLElement>} */ (
    document.querySelectorAll("[data-bars]")
  )) {
    const name = /** @type {"tools" | "rules" | "limits"} */ (list.dataset.bars);
    const bars = figures[name];
    fillChildren(list, "bar-row", bars, (element, bar) => {
      fill(element, barCells(bar, name));
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
 * @param {string} name
 * @returns {HTMLElement}
 */
const slot = (row, name) => /** @type {HTMLElement} */ (row.querySelector(`[data-slot="${name}"]`));

/**
 * @param {HTMLElement} row
 * @param {Record<string, string>} cells
 */
function fill(row, cells) {
  for (const [name, text] of Object.entries(cells)) {
    const element = slot(row, name);
    if (element.textContent !== text) element.textContent = text;
  }
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
