/** What the outline's panel looks like: its elements, and what they call. */

import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { html, nothing } from "lit/html.js";
import {
  CLOSE,
  EMPTY,
  eyeWords,
  MOVE_INTO,
  NEW_NAME,
  NOT_FOUND,
  OBJECTS,
  padlockWords,
  RENAME,
  rowWords,
  SEARCH,
  TREE,
} from "../words.js";
import { eyeIcon, kindIcon, lockIcon, twistyIcon } from "./icons.js";

/**
 * @import { Selection } from "../selection.js"
 * @import { Outline } from "./outline.js"
 * @import { Row } from "./scene_tree.js"
 *
 * @typedef {object} Parts
 * @property {Row[]} rows those in sight
 * @property {number} count of all rows
 * @property {boolean} mayEdit else one may search and select
 * @property {boolean} isEmpty whether the scene has no objects
 * @property {string} search
 * @property {string | null} active
 * @property {string | null} renamed
 * @property {string | null | undefined} over where something would be dropped; null: the top level
 * @property {Selection} selected
 * @property {Outline["actions"]} actions
 * @property {(id: string, member: string, stored: any) => any} shown
 * @property {(id: string) => string} lockedBy whose lock it has, or what it belongs to; or empty
 */

const MOST_SIGNS = 64;

/** @param {Parts} parts */
export function outlineView(parts) {
  const { actions, selected, search } = parts;
  return html`
    <header class="panel-head">
      <h2>${OBJECTS}</h2>
      <button class="button button-small" type="button" @click=${actions.close}>${CLOSE}</button>
      <input
      class="panel-field tree-search"
      type="search"
      autocomplete="off"
      aria-label=${SEARCH}
      placeholder=${SEARCH}
      .value=${live(search)}
      @input=${(/** @type {InputEvent} */ event) => actions.search(textOf(event))}
    />
    </header>
    ${tree(parts)}
    ${parts.mayEdit ? foot(actions, selected) : nothing}
  `;
}

/**
 * @param {Outline["actions"]} actions
 * @param {Selection} selected
 */
function foot(actions, selected) {
  const isNoneSelected = selected.ids.length === 0;
  return html`
    <footer class="panel-foot">
      <button
        class="button button-small"
        type="button"
        ?disabled=${selected.ids.length !== 1}
        @click=${() => actions.beginRename(selected.ids[0] ?? null)}
      >${RENAME}</button>
      <button
        class="button button-small"
        type="button"
        ?disabled=${isNoneSelected}
        @click=${actions.askForParent}
      >${MOVE_INTO}</button>
    </footer>
  `;
}

/** @param {Parts} parts */
function tree(parts) {
  const { actions, rows, count, active, over } = parts;
  const isActiveDrawn = rows.some(({ id }) => id === active);
  return html`
    <div
      class="tree ${over === null ? "tree-over" : ""}"
      role="tree"
      tabindex="0"
      aria-label=${TREE}
      aria-multiselectable="true"
      aria-activedescendant=${isActiveDrawn ? `outline-${active}` : nothing}
      @keydown=${actions.keyDown}
      @scroll=${actions.scrolled}
      @click=${(/** @type {MouseEvent} */ event) => clicked(event, actions)}
      @dblclick=${(/** @type {MouseEvent} */ event) => {
        if (partOf(event, ".tree-name") !== null) actions.beginRename(idOf(event));
      }}
      @dragstart=${(/** @type {DragEvent} */ event) => dragStarts(event, actions)}
      @dragover=${(/** @type {DragEvent} */ event) => {
        if (actions.dragOver(idOf(event))) event.preventDefault();
      }}
      @drop=${(/** @type {DragEvent} */ event) => {
        event.preventDefault();
        actions.drop(idOf(event));
      }}
      @dragend=${actions.dragEnds}
    >
      <div class="tree-space" role="none">
        <div class="tree-rows" role="none">
          ${repeat(
            rows,
            ({ id }) => id,
            (row) => rowView(row, parts),
          )}
        </div>
      </div>
    </div>
    ${count === 0 ? html`<p class="panel-note">${parts.isEmpty ? EMPTY : NOT_FOUND}</p>` : nothing}
  `;
}

/**
 * @param {Row} row
 * @param {Parts} parts
 */
function rowView({ id, entity, level, position, siblings, isExpanded }, parts) {
  const { active, renamed, over, selected, shown, actions, mayEdit } = parts;
  const name = String(shown(id, "name", entity.name));
  const isVisible = shown(id, "visible", entity.visible ?? true) !== false;
  const ownLock = String(shown(id, "locked", entity.locked ?? ""));
  const lock = ownLock || parts.lockedBy(id);
  const isActive = id === active;
  const classes = ["tree-row", isActive && "tree-active", isVisible || "tree-hidden"];
  if (lock !== "") classes.push("tree-locked");
  if (over === id) classes.push("tree-over");
  return html`
    <div
      id="outline-${id}"
      class=${classes.filter((each) => typeof each === "string").join(" ")}
      role="treeitem"
      data-id=${id}
      draggable=${mayEdit && id !== renamed ? "true" : "false"}
      aria-level=${level}
      aria-posinset=${position}
      aria-setsize=${siblings}
      aria-selected=${selected.has(id) ? "true" : "false"}
      aria-expanded=${isExpanded === null ? nothing : String(isExpanded)}
      aria-label=${rowWords({ name, kind: entity.kind }, isVisible, lock)}
    >
      ${Array.from({ length: level - 1 }, () => html`<span class="tree-indent"></span>`)}
      <span class="tree-twisty">${isExpanded === null ? nothing : twistyIcon()}</span>
      ${kindIcon(entity.kind)}
      ${id === renamed ? nameField(name, actions) : html`<span class="tree-name">${name}</span>`}
      ${mayEdit ? rowButtons({ id, name, isActive, isVisible, ownLock, lock }, actions) : nothing}
    </div>
  `;
}

/**
 * @typedef {object} ShownRow
 * @property {string} id
 * @property {string} name
 * @property {boolean} isActive
 * @property {boolean} isVisible
 * @property {string} ownLock whose lock it has itself; or empty
 * @property {string} lock whose lock it has, or what it belongs to; or empty
 *
 * @param {ShownRow} row
 * @param {Outline["actions"]} actions
 */
function rowButtons({ id, name, isActive, isVisible, ownLock, lock }, actions) {
  return html`
      <button
        class="tree-eye"
        type="button"
        tabindex=${isActive ? 0 : -1}
        aria-label=${eyeWords(name, isVisible)}
        @click=${() => actions.show(id, !isVisible)}
      >${eyeIcon(isVisible)}</button>
      <button
        class="tree-lock"
        type="button"
        tabindex=${isActive ? 0 : -1}
        aria-label=${padlockWords(name, ownLock !== "")}
        @click=${() => actions.lock([id], ownLock === "")}
      >${lockIcon(lock !== "")}</button>
  `;
}

/**
 * @param {string} name
 * @param {Outline["actions"]} actions
 */
function nameField(name, actions) {
  return html`<input
    class="panel-field tree-rename"
    type="text"
    maxlength=${MOST_SIGNS}
    autocomplete="off"
    spellcheck="false"
    aria-label=${NEW_NAME}
    value=${name}
    @keydown=${(/** @type {KeyboardEvent} */ event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Enter") actions.endRename(textOf(event), true);
      if (event.key === "Escape") actions.endRename(null, true);
    }}
    @blur=${(/** @type {FocusEvent} */ event) => actions.endRename(textOf(event), false)}
  />`;
}

/**
 * @param {MouseEvent} event
 * @param {Outline["actions"]} actions
 */
function clicked(event, actions) {
  const id = idOf(event);
  if (id === null) actions.chooseNone();
  else if (partOf(event, ".tree-twisty svg") !== null) actions.toggle(id);
  else if (partOf(event, "button, input") === null) actions.choose(id, event);
}

/**
 * @param {DragEvent} event
 * @param {Outline["actions"]} actions
 */
function dragStarts(event, actions) {
  const id = idOf(event);
  if (id === null || event.dataTransfer === null) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", id); // without any, Firefox drags nothing
  actions.dragStarts(id);
}

/** @param {Event} event @returns {string | null} of the row that it is in */
function idOf(event) {
  const row = partOf(event, "[role=treeitem]");
  return row instanceof HTMLElement ? (row.dataset.id ?? null) : null;
}

/**
 * @param {Event} event
 * @param {string} selector
 */
const partOf = ({ target }, selector) =>
  target instanceof Element ? target.closest(selector) : null;

/** @param {Event} event */
const textOf = ({ target }) => (target instanceof HTMLInputElement ? target.value : "");
