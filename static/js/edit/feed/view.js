/** What the panel “History” looks like: its elements, and what they call. */

import { repeat } from "lit/directives/repeat.js";
import { html, nothing, svg } from "lit/html.js";
import {
  CLOSE,
  FAILED,
  FEED,
  FEED_CUT,
  FEED_EMPTY,
  slipWords,
  UNDONE,
  UP_TO_HERE_HINT,
  upToHereWords,
} from "../words.js";
import { ageWords } from "./ages.js";

/**
 * @import { Action } from "../undo_line.js"
 * @import { Entry } from "./feed.js"
 *
 * @typedef {object} FeedActions
 * @property {() => void} close
 * @property {(action: Action, revision: number) => void} moveTo
 * @property {(ids: string[]) => void} select
 *
 * @typedef {object} FeedParts
 * @property {readonly Entry[]} entries
 * @property {boolean} isCut whether more has happened
 * @property {number} nowSeconds since 1970
 * @property {boolean} mayMove whether one may undo and redo
 * @property {(entry: Entry) => string[]} objectsOf the ids of those to select
 * @property {FeedActions} actions
 */

/** @param {FeedParts} parts */
export function feedView(parts) {
  const { entries, isCut, actions } = parts;
  return html`
    <header class="panel-head">
      <h2>${FEED}</h2>
      <button class="button button-small" type="button" @click=${actions.close}>${CLOSE}</button>
    </header>
    <ol class="feed" tabindex="0" aria-label=${FEED}>
      ${repeat(
        entries,
        ({ number }) => number,
        (entry) => (entry.kind === "slip" ? slipView(entry, parts) : entryView(entry, parts)),
      )}
    </ol>
    ${entries.length === 0 ? html`<p class="panel-note">${FEED_EMPTY}</p>` : nothing}
    ${isCut ? html`<p class="panel-note">${FEED_CUT}</p>` : nothing}
  `;
}

/**
 * @param {Entry} entry
 * @param {FeedParts} parts
 */
function entryView(entry, { objectsOf, actions, nowSeconds, mayMove }) {
  const { kind, who, words, at, state, revision } = entry;
  const ids = objectsOf(entry);
  const note = kind === "failed" ? FAILED : state === "undone" ? UNDONE : "";
  const action = mayMove ? actionFor(state) : null;
  return html`
    <li class="feed-entry" data-state=${kind === "failed" ? kind : state}>
      <div class="feed-text">
        ${
          ids.length === 0
            ? html`<span class="feed-words">${words}</span>`
            : html`<button
              class="feed-words"
              type="button"
              @click=${() => actions.select(ids)}
            >${words}</button>`
        }
        <span class="feed-by">${[who, ageWords(nowSeconds - at), note].filter(Boolean).join(" · ")}</span>
      </div>
      ${
        action === null || revision === null
          ? nothing
          : html`<button
            class="feed-move"
            type="button"
            title=${UP_TO_HERE_HINT[action]}
            aria-label=${upToHereWords(action, words)}
            @click=${() => actions.moveTo(action, revision)}
          >${moveIcon(action)}</button>`
      }
    </li>
  `;
}

/**
 * @param {Entry} entry
 * @param {FeedParts} parts
 */
function slipView({ count, slips, at }, { nowSeconds }) {
  return html`
    <li class="feed-entry" data-state="slip">
      <details>
        <summary>${slipWords(count)} · ${ageWords(nowSeconds - at)}</summary>
        ${slips.map((words) => html`<p>${words}</p>`)}
      </details>
    </li>
  `;
}

/** @param {Entry["state"]} state @returns {Action | null} */
function actionFor(state) {
  if (state === "done") return "undo";
  return state === "undone" ? "redo" : null;
}

/** @param {Action} action */
function moveIcon(action) {
  const path = {
    undo: "M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7.5",
    redo: "M10 3l3.5 3.5L10 10M13.5 6.5H6a3.5 3.5 0 0 0 0 7h2.5",
  };
  return html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">${svg`<path d=${path[action]} />`}</svg>`;
}
