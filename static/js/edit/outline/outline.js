/** The outline: the scene's objects as a tree, to select, rename, hide, move and remove them. */

import { render } from "lit/html.js";
import { locking, lockOf, locksNext } from "../../document/locks.js";
import { stepOf, typedStep } from "./keys.js";
import { askForParent } from "./move_dialog.js";
import { moving, removing, renaming, showing } from "./operations.js";
import { SceneTree } from "./scene_tree.js";
import { outlineView } from "./view.js";
import { rowsInSight, scrolledTo } from "./window.js";

/**
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { Changes } from "../changes.js"
 * @import { Selection } from "../selection.js"
 * @import { Step } from "./keys.js"
 * @import { Row } from "./scene_tree.js"
 *
 * @typedef {object} OutlineOptions
 * @property {HTMLElement} panel
 * @property {Selection} selection
 * @property {Changes} changes
 * @property {() => boolean} mayEdit
 * @property {() => void} close
 */

/** What is typed within this time is one text. */
const TYPING_MS = 700;
/** Until the first row was measured. */
const USUAL_ROW_HEIGHT = 32;

export class Outline {
  #panel;
  #selection;
  #changes;
  #mayEdit;
  #close;
  #tree = new SceneTree({});
  /** @type {Row[]} */
  #rows = [];
  #expanded = /** @type {Set<string>} */ (new Set());
  #search = "";
  /** The row that keys act on. @type {string | null} */
  #active = null;
  /** Where a selection of several begins. @type {string | null} */
  #anchor = null;
  /** Whose name is being written. @type {string | null} */
  #renamed = null;
  /** @type {{ ids: readonly string[], over: string | null | undefined } | null} */
  #drag = null;
  #typed = { text: "", atMs: 0 };
  #rowHeight = USUAL_ROW_HEIGHT;
  #isOpen = false;
  #isOwnSelection = false;
  #frame = 0;

  /** @param {OutlineOptions} options */
  constructor({ panel, selection, changes, mayEdit, close }) {
    this.#panel = panel;
    this.#selection = selection;
    this.#changes = changes;
    this.#mayEdit = mayEdit;
    this.#close = close;
    selection.watch(() => this.#selectionChanged());
  }

  /** @param {SceneDocument} document */
  show({ objects }) {
    if (objects === this.#tree.objects) return;
    this.#tree = new SceneTree(objects);
    this.redraw();
  }

  /** @param {boolean} isOpen */
  setOpen(isOpen) {
    this.#isOpen = isOpen;
    if (!isOpen) return;
    this.#draw();
    this.#reveal(this.#selection.ids.at(-1));
  }

  focus() {
    this.#treeElement?.focus();
  }

  /** With the next frame, however often it is asked for. */
  redraw() {
    if (!this.#isOpen || this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  get #treeElement() {
    return /** @type {HTMLElement | null} */ (this.#panel.querySelector("[role=tree]"));
  }

  #sight() {
    const tree = this.#treeElement;
    const { scrollTop: top = 0, clientHeight: height = 0 } = tree ?? {};
    return { top, height, rowHeight: this.#rowHeight };
  }

  /** Draws at once: what follows may look at the elements. */
  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    if (!this.#isOpen) return;
    const before = this.#index();
    this.#rows = this.#tree.rows(this.#expanded, this.#search);
    if (this.#index() < 0) this.#active = this.#nextTo(before);
    this.#render();
    // Only what was drawn has a size: a touch screen has larger rows.
    const [row] = this.#panel.querySelectorAll("[role=treeitem]");
    const rowHeight = row?.getBoundingClientRect().height || this.#rowHeight;
    const isFirst = this.#panel.dataset.drawn === undefined;
    this.#panel.dataset.drawn = "";
    if (rowHeight === this.#rowHeight && !isFirst) return;
    this.#rowHeight = rowHeight;
    this.#render();
  }

  /** @param {number} index of the active row, which is no longer there */
  #nextTo(index) {
    const above = this.#active === null ? [] : this.#tree.ancestors(this.#active);
    const closed = above.find((id) => this.#index(id) >= 0);
    const { length } = this.#rows;
    return closed ?? this.#rows[Math.min(Math.max(index, 0), length - 1)]?.id ?? null;
  }

  #render() {
    const { first, end } = rowsInSight(this.#rows.length, this.#sight());
    const parts = {
      rows: this.#rows.slice(first, end),
      mayEdit: this.#mayEdit(),
      isEmpty: this.#tree.children(null).length === 0,
      count: this.#rows.length,
      search: this.#search,
      active: this.#active,
      renamed: this.#renamed,
      over: this.#drag?.over,
      selected: this.#selection,
      actions: this.#actions,
      /** @type {(id: string, member: string, stored: any) => any} */
      shown: (id, member, stored) => this.#changes.shown(`${id}.${member}`, stored),
      lockedBy: (/** @type {string} */ id) => {
        const { objects } = this.#tree;
        return objects[lockOf(objects, id) ?? ""]?.locked ?? "";
      },
    };
    render(outlineView(parts), this.#panel);
    // By their properties: the page's policy lets no markup have a style.
    const space = this.#panel.querySelector(".tree-space");
    const drawn = this.#panel.querySelector(".tree-rows");
    if (!(space instanceof HTMLElement) || !(drawn instanceof HTMLElement)) return;
    space.style.height = `${this.#rows.length * this.#rowHeight}px`;
    drawn.style.transform = `translateY(${first * this.#rowHeight}px)`;
  }

  #index(id = this.#active) {
    return this.#rows.findIndex((row) => row.id === id);
  }

  #selectionChanged() {
    if (!this.#isOwnSelection) this.#reveal(this.#selection.ids.at(-1));
    this.redraw();
  }

  /** @param {string | undefined} id opens all above it, and scrolls to it */
  #reveal(id) {
    if (id === undefined || !this.#isOpen) return;
    for (const above of this.#tree.ancestors(id)) this.#expanded.add(above);
    this.#active = id;
    this.#anchor = id;
    this.#draw();
    this.#scrollToActive();
  }

  #scrollToActive() {
    const [tree, index] = [this.#treeElement, this.#index()];
    if (tree === null || index < 0) return;
    const top = scrolledTo(index, this.#sight());
    if (top === tree.scrollTop) return;
    tree.scrollTop = top;
    this.#draw();
  }

  /** @param {readonly string[]} ids */
  #select(ids) {
    this.#isOwnSelection = true;
    this.#selection.set(ids);
    this.#isOwnSelection = false;
    this.redraw();
  }

  /**
   * @param {string} id
   * @param {{ shiftKey: boolean, ctrlKey?: boolean, metaKey?: boolean }} event Shift: all from where
   *   the selection began; Ctrl or ⌘: this one too, or no longer
   */
  #choose(id, { shiftKey, ctrlKey = false, metaKey = false }) {
    this.#active = id;
    this.#typed = { text: "", atMs: 0 }; // what is typed next is not a name that goes on
    if (shiftKey && this.#index(this.#anchor) >= 0) {
      const [from = 0, to = 0] = [this.#index(this.#anchor), this.#index(id)].sort((a, b) => a - b);
      this.#select(this.#rows.slice(from, to + 1).map((row) => row.id));
      return;
    }
    this.#anchor = id;
    if (ctrlKey || metaKey) {
      this.#isOwnSelection = true;
      this.#selection.toggle(id);
      this.#isOwnSelection = false;
      this.redraw();
    } else this.#select([id]);
  }

  /** @param {Step} step @param {KeyboardEvent} event */
  #take(step, event) {
    if (step === null) return;
    if ("expand" in step) this.#expanded.add(step.expand);
    else if ("collapse" in step) this.#expanded.delete(step.collapse);
    else this.#goTo(step.goTo, event);
    this.#draw();
    this.#scrollToActive();
  }

  /** @param {number} index @param {KeyboardEvent} event with Ctrl the selection stays */
  #goTo(index, event) {
    const row = this.#rows[index];
    if (row === undefined) return;
    if (event.ctrlKey || event.metaKey) this.#active = row.id;
    else this.#choose(row.id, { shiftKey: event.shiftKey });
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    if (event.target !== this.#treeElement || event.altKey) return;
    if (this.#act(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key is the outline's */
  #act(event) {
    const [{ key }, active] = [event, this.#active];
    const isWithControl = event.ctrlKey || event.metaKey;
    const step = stepOf(key, this.#rows, this.#index());
    if (step !== null) this.#take(step, event);
    else if (active === null) return false;
    else if (this.#mayEdit() && this.#edit(event, active)) return true;
    else if (key === "Enter" || (key === " " && !this.#isTyping())) this.#choose(active, event);
    else if (key === "Escape" && this.#selection.ids.length > 0) this.#select([]);
    else if (key === "a" && isWithControl) {
      this.#select(this.#rows.map((row) => row.id));
    } else return this.#type(event);
    return true;
  }

  /** @param {KeyboardEvent} event @param {string} active @returns {boolean} whether it changes something */
  #edit({ key, ctrlKey, metaKey }, active) {
    if (key === "F2") this.#beginRename(active);
    else if (key === "Delete") this.#remove();
    else if (key.toLowerCase() === "l" && !ctrlKey && !metaKey && !this.#isTyping()) {
      const ids = this.#withSelected(active);
      this.#actions.lock(ids, locksNext(this.#tree.objects, ids));
    } else return false;
    return true;
  }

  #isTyping() {
    return this.#typed.text !== "" && performance.now() - this.#typed.atMs < TYPING_MS;
  }

  /** @param {KeyboardEvent} event @returns {boolean} */
  #type(event) {
    if ([...event.key].length !== 1 || event.ctrlKey || event.metaKey) return false;
    const text = (this.#isTyping() ? this.#typed.text : "") + event.key;
    this.#take(typedStep(text, this.#rows, this.#index()), event);
    this.#typed = { text, atMs: performance.now() };
    return true;
  }

  /** What an action on a row is for: all that is selected, where the row is among it. @param {string} id */
  #withSelected(id) {
    return this.#tree.outermost(this.#selection.has(id) ? this.#selection.ids : [id]);
  }

  #remove() {
    const ids = this.#tree.outermost(this.#selection.ids);
    if (ids.length > 0) void this.#changes.make(removing(ids));
  }

  /** @param {string} id */
  #beginRename(id) {
    this.#renamed = id;
    this.#active = id;
    this.#draw();
    this.#scrollToActive();
    const field = this.#panel.querySelector("input.tree-rename");
    if (!(field instanceof HTMLInputElement)) return;
    field.focus();
    field.select();
  }

  /** @param {string | null} name null: as it was @param {boolean} isByKey the tree has the keys again */
  #endRename(name, isByKey) {
    const id = this.#renamed;
    if (id === null) return;
    this.#renamed = null;
    const given = name?.trim() ?? "";
    if (given !== "" && given !== this.#tree.objects[id]?.name) {
      void this.#changes.make(renaming(id, given));
    }
    if (!isByKey) {
      this.redraw(); // the field may be going just now, in a drawing
      return;
    }
    this.#draw();
    this.focus();
  }

  /** @param {readonly string[]} ids @param {string | null} parent */
  #move(ids, parent) {
    if (!this.#tree.canMove(ids, parent)) return;
    if (parent !== null) this.#expanded.add(parent);
    void this.#changes.make(moving(ids, parent));
  }

  /** What the elements call. */
  #actions = {
    close: () => this.#close(),
    search: (/** @type {string} */ text) => {
      this.#search = text;
      this.redraw();
    },
    scrolled: () => this.redraw(),
    keyDown: (/** @type {KeyboardEvent} */ event) => this.#keyDown(event),
    choose: (/** @type {string} */ id, /** @type {MouseEvent} */ event) => this.#choose(id, event),
    chooseNone: () => this.#select([]),
    toggle: (/** @type {string} */ id) => {
      if (!this.#expanded.delete(id)) this.#expanded.add(id);
      this.redraw();
    },
    show: (/** @type {string} */ id, /** @type {boolean} */ visible) => {
      void this.#changes.make(showing(id, visible));
    },
    lock: (/** @type {readonly string[]} */ ids, /** @type {boolean} */ locked) => {
      void this.#changes.make(locking(ids, locked));
    },
    beginRename: (/** @type {string | null} */ id = this.#active) => {
      if (id !== null && this.#mayEdit()) this.#beginRename(id);
    },
    endRename: (/** @type {string | null} */ name, /** @type {boolean} */ isByKey) =>
      this.#endRename(name, isByKey),
    askForParent: () => {
      const ids = this.#tree.outermost(this.#selection.ids);
      if (ids.length === 0) return;
      askForParent(this.#panel, this.#tree, ids, (parent) => this.#move(ids, parent));
    },
    dragStarts: (/** @type {string} */ id) => {
      this.#drag = { ids: this.#withSelected(id), over: undefined };
    },
    /** @type {(id: string | null) => boolean} whether it can be dropped there */
    dragOver: (id) => {
      if (this.#drag === null) return false;
      const canMove = this.#tree.canMove(this.#drag.ids, id);
      this.#drag.over = canMove ? id : undefined;
      this.redraw();
      return canMove;
    },
    drop: (/** @type {string | null} */ id) => {
      if (this.#drag !== null) this.#move(this.#drag.ids, id);
    },
    dragEnds: () => {
      this.#drag = null;
      this.redraw();
    },
  };

  /** @typedef {Outline["actions"]} Actions */
  get actions() {
    return this.#actions;
  }
}
