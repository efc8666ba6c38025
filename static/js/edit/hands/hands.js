/** Editing a scene by hand, in its picture: selecting, moving, adding, removing. */

import { locking, lockOf, locksNext, lockWords } from "../../document/locks.js";
import { chosen } from "./drill.js";
import { EditBar } from "./edit_bar.js";
import { pressed, released } from "./keys.js";
import { added, adding, addingProp, placing, withTargets } from "./operations.js";
import { OthersPreviews } from "./others_previews.js";
import { Pointer } from "./pointer.js";
import { PreviewSender } from "./preview_sender.js";
import { Previews } from "./previews.js";

/**
 * @import { Overrides } from "../../document/overrides.js"
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { Change, Editor } from "../../scene/editing/editor.js"
 * @import { OthersPreview, ScenePreview } from "../../net/messages.js"
 * @import { Clock } from "../../net/reconnecting_socket.js"
 * @import { Mode } from "../../scene/editing/held.js"
 * @import { Stage } from "../../scene/stage.js"
 * @import { Outcome } from "../outbox.js"
 * @import { Selection } from "../selection.js"
 * @import { Steps } from "./keys.js"
 * @import { Operation } from "./operations.js"
 * @import { Place } from "./pointer.js"
 *
 * @typedef {object} HandsOptions
 * @property {HTMLCanvasElement} canvas
 * @property {HTMLElement} bar
 * @property {Stage} stage
 * @property {Selection} selection
 * @property {(name: string, args: Record<string, unknown>) => Promise<Outcome>} send
 * @property {(message: ScenePreview) => void} sendPreview
 * @property {Clock} clock
 * @property {() => boolean} mayEdit whether there are handles, or one may only select and look
 * @property {() => void} failed the handles, or the list of props, could not be loaded
 */

/** A click shows no ring, as a key does; not every browser knows the second one. */
const FOCUS = /** @type {FocusOptions} */ ({ preventScroll: true, focusVisible: false });

/** A key that is held down repeats some thirty times a second. */
const MOST_EARLY = 100;
/** The keys of who may only look. */
const LOOKING = new Set(["f", "escape"]);

export class Hands {
  #options;
  #bar;
  #pointer;
  #previews = new Previews();
  #previewSender;
  #others;
  /** @type {Editor | null} */
  #editor = null;
  /** @type {Promise<void> | null} */
  #loading = null;
  /** What keys asked of the handles while those were loaded. */
  #early = /** @type {((editor: Editor) => void)[]} */ ([]);
  /** @type {{ document: SceneDocument, revision: number } | null} */
  #scene = null;
  /** @type {Mode} */
  #mode = "move";
  #snaps = false;
  /** What arrow keys have made of the selection and is not sent yet. @type {Change | null} */
  #nudge = null;
  /** What is selected once its revision has come. @type {{ before: SceneDocument, revision: number } | null} */
  #awaited = null;
  /** Whether what is selected next was just added, and is to be seen. */
  #isNew = false;

  /** @param {HandsOptions} options */
  constructor(options) {
    this.#options = options;
    const { canvas, bar, stage, selection, clock } = options;
    this.#previewSender = new PreviewSender(options.sendPreview, clock);
    this.#others = new OthersPreviews(clock, () => this.#override({ eases: true }));
    this.#bar = new EditBar(bar, {
      ...this.#actions,
      add: (kind) => void this.#add(adding(kind, stage.reach)),
      addProp: (prop, form) => void this.#add(addingProp(prop, form)),
      failed: () => this.#options.failed(),
      setSnaps: (snaps) => {
        this.#snaps = snaps;
        this.#editor?.setSnaps(snaps);
      },
    });
    this.#pointer = new Pointer(canvas, {
      handles: () => (options.mayEdit() ? this.#editor : null),
      clicked: (place, adds) => this.#clicked(place, adds),
      isOver: (place) => stage.pathAt(place).length > 0,
      mayLook: (may) => stage.view.mayBeDragged(may),
    });
    // Before the keys of the view, which arrows turn where nothing is selected.
    document.addEventListener("keydown", (event) => this.#keyDown(event), { capture: true });
    document.addEventListener("keyup", (event) => released(event, this.#actions));
    canvas.addEventListener("blur", () => this.sendNudge());
    selection.watch((ids) => void this.#selected(ids));
  }

  /**
   * @param {SceneDocument} document that the stage is to show next
   * @param {number} revision
   * @returns {Overrides} with which it is to be shown
   */
  show(document, revision) {
    this.#others.arrived(this.#scene?.document.objects ?? {}, document.objects);
    this.#scene = { document, revision };
    this.#previews.arrived(revision);
    this.#options.selection.keepThoseIn(document.objects);
    this.#selectAdded();
    this.#bar.select(this.#names);
    return this.#previews.above(this.#others.overrides);
  }

  /** @param {OthersPreview} message what somebody drags at another page */
  previewed(message) {
    this.#others.heard(message, this.#scene?.document.objects ?? {});
    this.#override({ eases: true });
  }

  /** Sends as one edit what a row of arrow keys has done. */
  sendNudge() {
    const change = this.#nudge;
    this.#nudge = null;
    if (change !== null) this.#place(change);
  }

  #actions = {
    setMode: (/** @type {Mode} */ mode) => this.#setMode(mode),
    frame: () => this.#withSelection(() => this.#withEditor((editor) => editor.frame())),
    remove: () => this.#withSelection((ids) => this.#perform("remove_objects", ids)),
    duplicate: () => this.#withSelection((ids) => this.#perform("duplicate_objects", ids)),
    group: () => this.#withSelection((ids) => this.#perform("group_objects", ids)),
    lock: () => this.#withSelection((ids) => this.#lock(ids)),
    nudge: (/** @type {Steps} */ steps) => this.#nudged(steps),
    nudged: () => this.sendNudge(),
    escape: () => this.#escape(),
  };

  /** @returns {readonly string[]} */
  get #names() {
    const objects = this.#scene?.document.objects ?? {};
    return this.#options.selection.ids.flatMap((id) => {
      const lock = objects[lockOf(objects, id) ?? ""]?.locked;
      return objects[id] ? [`${objects[id].name}${lock ? `, ${lockWords(lock)}` : ""}`] : [];
    });
  }

  /** @param {KeyboardEvent} event */
  #keyDown(event) {
    const { target } = event;
    const isOurs = target === this.#options.canvas || target === document.body;
    if (!isOurs && !this.#bar.has(target)) return;
    if (!this.#options.mayEdit() && !LOOKING.has(event.key.toLowerCase())) return;
    if (!pressed(event, this.#actions)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * @param {Place} place
   * @param {boolean} adds
   */
  #clicked(place, adds) {
    const { canvas, selection, stage } = this.#options;
    canvas.focus(FOCUS);
    const objects = this.#scene?.document.objects ?? {};
    const parentOf = (/** @type {string} */ id) => objects[id]?.parent ?? null;
    const path = stage.pathAt(place).filter((id) => Object.hasOwn(objects, id));
    const id = chosen(path, selection.ids, parentOf, !adds);
    if (id === null) {
      if (!adds) selection.set([]);
    } else if (adds) selection.toggle(id);
    else selection.set([id]);
  }

  /** @param {readonly string[]} ids */
  async #selected(ids) {
    this.sendNudge();
    this.#early = [];
    this.#bar.select(this.#names);
    if (this.#editor === null && ids.length > 0) {
      this.#loading ??= this.#load();
      await this.#loading;
    }
    if (this.#editor === null) return;
    this.#editor.select(this.#options.selection.ids, { reveals: this.#isNew });
    this.#isNew = false;
    if (this.#early.length === 0) return;
    for (const act of this.#early.splice(0)) act(this.#editor);
    this.sendNudge();
  }

  async #load() {
    try {
      const { Editor } = await import("../../scene/editing/editor.js");
      this.#editor = new Editor({
        stage: this.#options.stage,
        mayEdit: this.#options.mayEdit,
        moving: (overrides) => this.#moving(overrides),
        moved: (change) => this.#place(change),
      });
      this.#editor.setMode(this.#mode);
      this.#editor.setSnaps(this.#snaps);
    } catch (error) {
      console.error(error);
      this.#loading = null; // what is selected next tries again
      this.#options.failed();
    }
  }

  /** @param {Mode} mode */
  #setMode(mode) {
    return this.#withSelection(() => {
      this.#mode = mode;
      this.#bar.setMode(mode);
      this.#editor?.setMode(mode);
    });
  }

  /**
   * @param {(ids: readonly string[]) => void} act
   * @returns {boolean} false where nothing is selected
   */
  #withSelection(act) {
    this.sendNudge();
    const { ids } = this.#options.selection;
    if (ids.length > 0) act(ids);
    return ids.length > 0;
  }

  #escape() {
    if (this.#nudge !== null) {
      this.#nudge = null;
      this.#moving(null);
      return true;
    }
    return this.#pointer.cancel() || this.#withSelection(() => this.#options.selection.set([]));
  }

  /** @param {Steps} steps */
  #nudged(steps) {
    if (this.#options.selection.ids.length === 0) return false;
    this.#withEditor((editor) => {
      const change = editor.nudged(steps);
      if (change === null) return;
      this.#nudge = change;
      this.#moving(change.overrides);
    });
    return true;
  }

  /** @param {(editor: Editor) => void} act at once, or once the handles are loaded */
  #withEditor(act) {
    if (this.#editor !== null) act(this.#editor);
    else if (this.#early.length < MOST_EARLY) this.#early.push(act);
  }

  /** @param {Overrides | null} overrides what a drag makes of objects; null where it was taken back */
  #moving(overrides) {
    this.#previews.move(overrides);
    if (overrides === null) this.#previewSender.takenBack();
    else this.#previewSender.moved(overrides);
    this.#override({ eases: overrides === null });
  }

  /**
   * Shows at once what is to become of objects, until the server has confirmed or refused it.
   *
   * @param {Change} change
   */
  async #place(change) {
    if (this.#scene === null) return;
    const { name, arguments: args } = placing(this.#scene.document.objects, change);
    const preview = this.#previews.add(change.overrides);
    this.#previews.move(null);
    this.#previewSender.ended();
    this.#override();
    const outcome = await this.#send(name, args);
    this.#previews.settle(preview, outcome.confirmed ? outcome.revision : null);
    if (!outcome.confirmed) this.#previewSender.takenBack();
    this.#override({ eases: true });
  }

  /**
   * @param {string} name
   * @param {Record<string, unknown>} args
   */
  #send(name, args) {
    // Who works on a scene does not want to be carried about by a camera that follows its objects.
    this.#options.stage.view.hold();
    return this.#options.send(name, args);
  }

  /** @param {{ eases?: boolean }} [options] */
  #override(options) {
    this.#options.stage.override(this.#previews.above(this.#others.overrides), options);
  }

  /**
   * @param {string} name
   * @param {readonly string[]} ids
   */
  #perform(name, ids) {
    const objects = this.#scene?.document.objects ?? {};
    const operation = withTargets(name, objects, ids);
    if (name === "remove_objects") void this.#send(name, operation.arguments);
    else void this.#add(operation);
  }

  /** @param {readonly string[]} ids are locked, or unlocked where all of them are locked */
  #lock(ids) {
    const objects = this.#scene?.document.objects ?? {};
    const { name, arguments: args } = locking(ids, locksNext(objects, ids));
    void this.#options.send(name, args);
  }

  /**
   * What it adds is selected once it is there.
   *
   * @param {Operation} operation
   */
  async #add({ name, arguments: args }) {
    const before = this.#scene?.document;
    const outcome = await this.#send(name, args);
    if (!outcome.confirmed || before === undefined) return;
    this.#awaited = { before, revision: outcome.revision };
    this.#selectAdded();
  }

  #selectAdded() {
    const [awaited, scene] = [this.#awaited, this.#scene];
    if (awaited === null || scene === null || scene.revision < awaited.revision) return;
    this.#awaited = null;
    const ids = added(awaited.before.objects, scene.document.objects);
    if (ids.length === 0) return;
    this.#isNew = true;
    this.#options.selection.set(ids);
  }
}
