/** What a lock holds, by the page's document. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { areHeld, lockOf, locksNext } from "../../static/js/document/locks.js";

const OBJECTS = /** @type {any} */ ({
  o1: { kind: "group", name: "kitchen" },
  o2: { kind: "group", name: "table", parent: "o1", locked: "Anna" },
  o3: { kind: "box", name: "top", parent: "o2" },
  o4: { kind: "box", name: "box" },
  o5: { kind: "box", name: "lost", parent: "o9" },
  o6: { kind: "group", name: "a ring", parent: "o6" },
});

test("what belongs to something locked is locked with it", () => {
  const locks = Object.keys(OBJECTS).map((id) => lockOf(OBJECTS, id));
  assert.deepEqual(locks, [null, "o2", "o2", null, null, null]);
});

test("what has something locked in it is held as well", () => {
  const held = Object.keys(OBJECTS).map((id) => areHeld(OBJECTS, [id]));
  assert.deepEqual(held, [true, true, true, false, false, false]);
  assert.equal(areHeld(OBJECTS, ["o4", "o3"]), true);
});

test("of several all are locked first", () => {
  assert.equal(locksNext(OBJECTS, ["o2", "o4"]), true);
  assert.equal(locksNext(OBJECTS, ["o2"]), false);
});
