/** What has happened in the scene, as far as this page knows it, the newest first: no DOM. */

import { HISTORY } from "../undo_line.js";
import { AI_CLIENT, PERSON, YOU } from "../words.js";

/**
 * @import { Cause, RecentChange, SceneChange, ToolCallMessage } from "../../net/messages.js"
 *
 * @typedef {"done" | "undone" | "fixed"} State whether it can be undone, redone, or neither
 *
 * @typedef {object} Entry
 * @property {number} number unique in the page
 * @property {"change" | "slip" | "failed"} kind a slip is what an AI mends by itself
 * @property {number | null} revision that it made; null for none
 * @property {string} who
 * @property {string} words
 * @property {number} at seconds since 1970
 * @property {readonly string[]} objects the ids of those that it is about
 * @property {State} state
 * @property {number} count of the slips that it stands for
 * @property {readonly string[]} slips the words of the latest of them
 *
 * @typedef {object} Told what a change is told with
 * @property {number} at seconds since 1970
 * @property {(editId: string) => boolean} isOwn whether this page has sent the edit
 */

const MOST_ENTRIES = 200;
const MOST_SLIPS = 5;
const LONGEST_NAME = 60;
const LONGEST_WORDS = 240;
const OBJECT = /^\/objects\/(\w+)/;

export class Feed {
  /** @type {readonly Entry[]} */
  entries = [];
  /** Whether more has happened than is listed. */
  isCut = false;
  #next = 0;
  #watchers = /** @type {Set<() => void>} */ (new Set());

  /** @param {() => void} watcher told of each change, until the page ends */
  watch(watcher) {
    this.#watchers.add(watcher);
  }

  /**
   * A scene was loaded whole: what was listed of its changes is listed anew.
   *
   * @param {readonly RecentChange[]} recent the newest first
   * @param {Told["isOwn"]} isOwn
   */
  began(recent, isOwn) {
    const calls = this.entries.filter(({ revision }) => revision === null);
    const changes = recent.map(({ revision, at, cause, objects, state }) =>
      this.#entry({ revision, at, objects, state, ...said(cause, isOwn) }),
    );
    this.isCut = (recent.at(-1)?.revision ?? 1) > 1;
    this.#set([...changes, ...calls].sort((one, other) => other.at - one.at));
  }

  /**
   * @param {readonly SceneChange[]} changes in the order in which they were made
   * @param {Told} told
   */
  changed(changes, { at, isOwn }) {
    let entries = this.entries;
    for (const { revision, patch, cause } of changes) {
      const position = cause?.position;
      entries = entries.map((entry) => moved(entry, position));
      const state = position === undefined ? "done" : "fixed";
      const objects = objectsOf(patch);
      entries = [this.#entry({ revision, at, objects, state, ...said(cause, isOwn) }), ...entries];
    }
    this.#set(entries);
  }

  /**
   * @param {ToolCallMessage} call
   * @param {{ at: number, isSlip: boolean }} told
   */
  toolCalled({ name, title, status, summary }, { at, isSlip }) {
    if (status === "running") return;
    const words = cut(`${title || name}: ${summary}`, LONGEST_WORDS);
    const [newest, ...others] = this.entries;
    if (isSlip && newest?.kind === "slip") {
      const slips = [words, ...newest.slips].slice(0, MOST_SLIPS);
      this.#set([{ ...newest, at, slips, count: newest.count + 1 }, ...others]);
      return;
    }
    const kind = isSlip ? "slip" : "failed";
    const slips = isSlip ? [words] : [];
    this.#set([this.#entry({ kind, at, words, who: AI_CLIENT, slips }), ...this.entries]);
  }

  /** @param {Partial<Entry> & Pick<Entry, "at" | "who" | "words">} given @returns {Entry} */
  #entry(given) {
    this.#next += 1;
    const none = { kind: /** @type {const} */ ("change"), revision: null, objects: [], slips: [] };
    return { ...none, state: "fixed", count: 1, ...given, number: this.#next };
  }

  /** @param {readonly Entry[]} entries */
  #set(entries) {
    this.isCut ||= entries.length > MOST_ENTRIES;
    this.entries = entries.slice(0, MOST_ENTRIES);
    for (const watcher of this.#watchers) watcher();
  }
}

/**
 * @param {Entry} entry
 * @param {number | null | undefined} position of the steps, after an undo or redo; a step has none,
 *   and drops what was undone
 * @returns {Entry}
 */
function moved(entry, position) {
  if (entry.state === "fixed" || entry.revision === null) return entry;
  const isUndone = typeof position === "number" && entry.revision > position;
  const dropped = entry.state === "undone" ? "fixed" : entry.state;
  const state = position === undefined ? dropped : isUndone ? "undone" : "done";
  return state === entry.state ? entry : { ...entry, state };
}

/**
 * @param {Partial<Cause> | null} cause
 * @param {Told["isOwn"]} isOwn
 * @returns {Pick<Entry, "who" | "words">}
 */
function said(cause, isOwn) {
  const { editId, by, tool = "", title = "", summary = "" } = cause ?? {};
  const line = summary.split("\n", 1)[0] ?? "";
  const words = cut(line || (tool === HISTORY ? HISTORY : title || tool), LONGEST_WORDS);
  if (editId !== undefined) return { who: isOwn(editId) ? YOU : PERSON, words };
  const name = typeof by === "string" ? by.trim() : "";
  return { who: cut(name, LONGEST_NAME) || AI_CLIENT, words };
}

/**
 * @param {unknown} patch RFC 6902
 * @returns {string[]} the ids of the objects in it
 */
function objectsOf(patch) {
  if (!Array.isArray(patch)) return [];
  const ids = patch.map((step) => OBJECT.exec(String(step?.path))?.[1]);
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** @param {string} text @param {number} longest */
const cut = (text, longest) =>
  text.length > longest ? `${text.slice(0, longest).trimEnd()}…` : text;
