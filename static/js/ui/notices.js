/** The short notices in the corner: what was changed, what failed, what the staff say. */

import { elementById, newElement } from "./elements.js";
import { counted, SLIP } from "./words.js";

/** @import { SceneChange, StaffNotice, ToolCallMessage } from "../net/messages.js" */

/** @typedef {"done" | "running" | "slip" | "failed" | "presence" | "staff" | "warning"} NoticeKind */

/** What the AI does better with its next call, without the person: nothing to be alarmed about. */
const SLIPS = new Set(["invalid_argument", "unknown_tool", "session_required", "session_conflict"]);
const LONGEST_SLIP = 120;
/** Which argument of an operation a refusal is about: of no use to a person. */
const ARGUMENT = /^`[^`]+`: /;

const SHOWN_MS = 6000;
/** What the staff say is not about something that the person can see. */
const STAFF_SHOWN_MS = 30_000;
const MOST_PASSING = 4;
const MOST_FROM_STAFF = 3;

export class Notices {
  #list = elementById("notices", HTMLElement);
  #warnings = elementById("warnings", HTMLElement);

  /** @param {SceneChange[]} changes in the order in which they were applied */
  changed(changes) {
    if (changes.length > MOST_PASSING) {
      this.#pass("done", "Caught up", `${counted(changes.length, "change")} were made meanwhile.`);
      return;
    }
    for (const change of changes) {
      const { cause } = change;
      if (isByAi(change)) {
        if (cause?.tool) this.#pass("done", cause.title || cause.tool, cause.summary);
      } else if (cause?.tool === "history") {
        // A person sees what they changed, but not always what they took back.
        this.#pass("done", cause.summary, "");
      }
    }
  }

  /** @param {ToolCallMessage} call */
  toolCalled(call) {
    const { name, title, status, summary } = call;
    if (status === "running") this.#pass("running", title || name, summary);
    else if (isSlip(call)) this.#pass("slip", title || name, SLIP);
    else this.#pass("failed", title || name, summary);
  }

  /**
   * That somebody came or went.
   *
   * @param {string} title
   * @param {string} text
   */
  cameOrWent(title, text) {
    this.#pass("presence", title, text);
  }

  /**
   * @param {string} title
   * @param {string} text
   */
  failed(title, text) {
    this.#pass("failed", title, text);
  }

  /**
   * That the server did not make the person's own change.
   *
   * @param {{ message: string }} refusal
   */
  editRefused({ message }) {
    this.#pass("slip", "Your change was not made", shortened(message.replace(ARGUMENT, "")));
  }

  /** For when the page says something that makes the passing ones pointless. */
  clearPassing() {
    for (const item of this.#list.querySelectorAll(".notice-passing")) item.remove();
  }

  /** @param {StaffNotice} notice a warning stays until it is dismissed, anything else passes */
  noticed({ message, level }) {
    const isWarning = level === "warning";
    const list = isWarning ? this.#warnings : this.#list;
    const kind = isWarning ? "warning" : "staff";
    const item = this.#add(kind, "From the people who run this server", message, list);
    const button = newElement("button", "button button-small", "Dismiss");
    button.addEventListener("click", () => item.remove());
    item.append(button);
    const fromStaff = list.querySelectorAll(`.notice-${kind}`);
    if (fromStaff.length > MOST_FROM_STAFF) fromStaff[0]?.remove();
    if (!isWarning) removeLater(item, STAFF_SHOWN_MS);
  }

  /**
   * @param {NoticeKind} kind
   * @param {string} title
   * @param {string} text
   */
  #pass(kind, title, text) {
    const item = this.#add(kind, title, text);
    item.classList.add("notice-passing");
    const passing = this.#list.querySelectorAll(".notice-passing");
    if (passing.length > MOST_PASSING) passing[0]?.remove();
    removeLater(item, SHOWN_MS);
  }

  /**
   * @param {NoticeKind} kind
   * @param {string} title
   * @param {string} text
   * @param {HTMLElement} list
   * @returns {HTMLElement}
   */
  #add(kind, title, text, list = this.#list) {
    const item = newElement("li", `notice notice-${kind}`);
    item.append(newElement("strong", "notice-title", title));
    if (text !== "") item.append(newElement("p", "notice-text", text));
    list.append(item);
    return item;
  }
}

/**
 * @param {SceneChange} change
 * @returns {boolean} false where a person has made it at a page
 */
export function isByAi({ cause }) {
  return cause?.editId === undefined;
}

/** @param {ToolCallMessage} call @returns {boolean} whether the client mends it by itself */
export const isSlip = ({ code = "" }) => SLIPS.has(code);

/** @param {string} text */
function shortened(text) {
  return text.length > LONGEST_SLIP ? `${text.slice(0, LONGEST_SLIP).trimEnd()}…` : text;
}

/**
 * @param {HTMLElement} item goes by itself, but not while somebody points at it
 * @param {number} delayMs
 */
function removeLater(item, delayMs) {
  let timer = setTimeout(() => item.remove(), delayMs);
  item.addEventListener("pointerenter", () => clearTimeout(timer));
  item.addEventListener("pointerleave", () => {
    timer = setTimeout(() => item.remove(), delayMs);
  });
}
