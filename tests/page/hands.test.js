/** What a person's hands ask for: what a click is for, what keys do, what is sent and shown. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen } from "../../static/js/edit/hands/drill.js";
import { pressed, released } from "../../static/js/edit/hands/keys.js";
import { added, adding, placing, withTargets } from "../../static/js/edit/hands/operations.js";
import { Pointer } from "../../static/js/edit/hands/pointer.js";
import { Previews } from "../../static/js/edit/hands/previews.js";

/** @type {Record<string, string>} by id */
const PARENTS = { leg: "table", top: "table", table: "room", lamp: "room", foot: "leg" };
const parentOf = (/** @type {string} */ id) => PARENTS[id] ?? null;
const LEG = ["room", "table", "leg", "foot"];

test("a click is for the outermost object, and the next ones go down", () => {
  assert.equal(chosen(LEG, [], parentOf, true), "room");
  assert.equal(chosen(LEG, ["room"], parentOf, true), "table");
  assert.equal(chosen(LEG, ["table"], parentOf, true), "leg");
  assert.equal(chosen(LEG, ["foot"], parentOf, true), "foot");
  assert.equal(chosen([], ["room"], parentOf, true), null);
});

test("a click beside what is selected stays as far down", () => {
  assert.equal(chosen(["room", "table", "top"], ["leg"], parentOf, true), "top");
  assert.equal(chosen(["room", "lamp"], ["table"], parentOf, true), "lamp");
  assert.equal(chosen(["ball"], ["leg"], parentOf, true), "ball");
});

test("with Shift, a click on what is selected is for that", () => {
  assert.equal(chosen(LEG, ["table"], parentOf, false), "table");
  assert.equal(chosen(["room", "lamp"], ["table"], parentOf, false), "lamp");
});

/** @param {string[]} log */
function actions(log, isThere = true) {
  const note =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...given) => {
      log.push([name, ...given.flat()].join(" "));
      return isThere;
    };
  const names = ["setMode", "frame", "remove", "duplicate", "group", "lock", "nudge", "nudged"];
  const all = Object.fromEntries([...names, "escape"].map((name) => [name, note(name)]));
  return /** @type {any} */ (all);
}

/** @param {string} text like `Control+Shift+z` */
function key(text) {
  const parts = text.split("+");
  return {
    key: parts.at(-1) ?? "",
    ctrlKey: parts.includes("Control"),
    metaKey: parts.includes("Meta"),
    altKey: parts.includes("Alt"),
    shiftKey: parts.includes("Shift"),
  };
}

test("each key does what Help says", () => {
  /** @type {string[]} */
  const log = [];
  const keys = ["w", "E", "r", "f", "l", "Delete", "Backspace", "Escape", "Control+d", "Meta+g"];
  const arrows = ["ArrowLeft", "ArrowUp", "Shift+ArrowUp", "Shift+ArrowRight"];
  for (const each of [...keys, ...arrows]) assert.ok(pressed(key(each), actions(log)));
  released(key("ArrowUp"), actions(log));
  released(key("w"), actions(log));
  const plain =
    "setMode move,setMode turn,setMode size,frame,lock,remove,remove,escape,duplicate,group";
  const nudges = "nudge -1 0 0,nudge 0 0 1,nudge 0 1 0,nudge 10 0 0,nudged";
  assert.equal(log.join(), [plain, nudges].join());
});

test("a key that has nothing to do here is left to whoever else takes it", () => {
  /** @type {string[]} */
  const log = [];
  assert.equal(pressed(key("ArrowLeft"), actions(log, false)), false);
  for (const each of ["x", "Control+w", "Control+z", "Control+ArrowLeft", "Alt+f"]) {
    assert.equal(pressed(key(each), actions([])), false);
  }
  assert.deepEqual(log, ["nudge -1 0 0"]);
});

test("what is moved together is one operation, and only of what is moved for itself", () => {
  const objects = /** @type {any} */ ({
    o1: { kind: "box", name: "box" },
    o2: { kind: "group", name: "table" },
    o3: { kind: "box", name: "leg", parent: "o2" },
  });
  /** @type {import("../../static/js/document/overrides.js").Overrides} */
  const overrides = new Map([
    ["o1", { position: [1, 2, 3], size: [2, 2, 2] }],
    ["o2", { position: [0, 0, 0] }],
    ["o3", { position: [0, 1, 0], size: [1, 1, 1] }],
  ]);
  assert.deepEqual(placing(objects, { overrides, tops: ["o1", "o2", "o9"], factor: 2 }), {
    name: "update_objects",
    arguments: {
      changes: [
        { target: "box", position: [1, 2, 3], size: [2, 2, 2] },
        { target: "table", position: [0, 0, 0], scale_by: [2] },
      ],
    },
  });
  assert.deepEqual(withTargets("remove_objects", objects, ["o3", "o9"]).arguments, {
    targets: ["leg"],
  });
});

test("what is added to a small scene is no larger than that", () => {
  const added = (/** @type {string} */ kind, /** @type {number} */ reach) =>
    adding(kind, reach).arguments.objects;
  assert.deepEqual(added("box", 4), [{ kind: "box" }]);
  assert.deepEqual(added("box", 0), [{ kind: "box" }]);
  assert.deepEqual(added("box", 0.42), [{ kind: "box", size: [0.4] }]);
  assert.deepEqual(added("text", 0.42), [{ kind: "text", text: "Text", size: [0.1] }]);
  assert.deepEqual(added("point_light", 0.42), [{ kind: "point_light" }]);
});

test("what was added is known, without what belongs to it", () => {
  const before = /** @type {any} */ ({ o1: {} });
  const after = /** @type {any} */ ({ o1: {}, o2: { parent: "o1" }, o3: { parent: "o2" }, o4: {} });
  assert.deepEqual(added(before, after), ["o2", "o4"]);
});

test("what was moved stays there until its revision has come, and returns where it was refused", () => {
  const previews = new Previews();
  const at = (/** @type {number} */ x) =>
    new Map([["o1", { position: /** @type {[number, number, number]} */ ([x, 0, 0]) }]]);
  previews.arrived(3);
  previews.move(at(1));
  assert.deepEqual(previews.above(), at(1));
  const first = previews.add(at(1));
  previews.move(null);
  const second = previews.add(at(2));
  assert.deepEqual(previews.above(), at(2));
  previews.settle(first, 4);
  previews.settle(second, null);
  assert.deepEqual(previews.above(), at(1));
  previews.arrived(4);
  assert.equal(previews.above().size, 0);
  previews.settle(previews.add(at(3)), 4);
  assert.equal(previews.above().size, 0);
});

test("later edits of an object keep what earlier ones made of its other members", () => {
  const previews = new Previews();
  previews.add(new Map([["o1", { position: [1, 0, 0] }]]));
  previews.add(new Map([["o1", { rotation: [0, 90, 0] }]]));
  assert.deepEqual(previews.above().get("o1"), { position: [1, 0, 0], rotation: [0, 90, 0] });
});

class FakeCanvas extends EventTarget {
  /** @type {Record<string, string>} */
  dataset = {};
  setPointerCapture() {}
}

/** @param {{ hasHandle?: boolean }} [options] */
function makePointer({ hasHandle = false } = {}) {
  const canvas = new FakeCanvas();
  /** @type {string[]} */
  const log = [];
  const handles = {
    hover: () => hasHandle,
    press: () => hasHandle,
    drag: (/** @type {unknown} */ _, /** @type {boolean} */ snaps) => log.push(`drag ${snaps}`),
    release: () => log.push("release"),
    cancel: () => log.push("cancel"),
  };
  const pointer = new Pointer(/** @type {any} */ (canvas), {
    handles: () => handles,
    clicked: (_, adds) => log.push(`clicked ${adds}`),
    isOver: () => false,
    mayLook: (may) => log.push(`look ${may}`),
  });
  const send = (/** @type {string} */ type, /** @type {object} */ members = {}) => {
    const all = { pointerId: 1, pointerType: "mouse", isPrimary: true, button: 0, buttons: 1 };
    const place = { clientX: 0, clientY: 0, shiftKey: false, ctrlKey: false, metaKey: false };
    canvas.dispatchEvent(Object.assign(new Event(type), { ...all, ...place, ...members }));
  };
  return { pointer, log, send };
}

test("a press that is released where it began is a click, and the end of a drag is none", () => {
  const { log, send } = makePointer();
  send("pointerdown");
  send("pointerup", { clientX: 3, shiftKey: true });
  send("pointerdown");
  send("pointerup", { clientX: 9 });
  send("pointerdown", { button: 2 });
  send("pointerup", { button: 2 });
  send("pointerdown", { pointerType: "touch" });
  send("pointerup", { pointerType: "touch", clientX: 9 });
  assert.deepEqual(log, ["clicked true", "clicked false"]);
});

test("a second finger makes no click of the first", () => {
  const { log, send } = makePointer();
  send("pointerdown", { pointerType: "touch" });
  send("pointerdown", { pointerType: "touch", pointerId: 2, isPrimary: false });
  send("pointerup", { pointerType: "touch" });
  assert.deepEqual(log, []);
});

test("a handle is dragged while the view stays, and what is let go is no click", () => {
  const { log, send } = makePointer({ hasHandle: true });
  send("pointerdown");
  send("pointermove", { ctrlKey: true });
  send("pointermove", { pointerId: 2, buttons: 1 });
  send("pointerup");
  assert.deepEqual(log, ["look false", "drag true", "release", "look true"]);
});

test("a drag can be taken back, and then its end does nothing", () => {
  const { pointer, log, send } = makePointer({ hasHandle: true });
  assert.equal(pointer.cancel(), false);
  send("pointerdown");
  assert.equal(pointer.cancel(), true);
  send("pointerup");
  assert.deepEqual(log, ["look false", "cancel", "look true"]);
});
