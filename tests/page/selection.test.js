import assert from "node:assert/strict";
import { test } from "node:test";
import { Selection } from "../../static/js/edit/selection.js";

function makeSelection() {
  const selection = new Selection();
  /** @type {(readonly string[])[]} */
  const seen = [];
  selection.watch((ids) => seen.push(ids));
  return { selection, seen };
}

test("who watches is told of each change, and of nothing else", () => {
  const { selection, seen } = makeSelection();
  selection.set(["a", "b", "a"]);
  selection.set(["a", "b"]);
  selection.toggle("a");
  selection.toggle("c");
  assert.deepEqual(seen, [["a", "b"], ["b"], ["b", "c"]]);
  assert.ok(selection.has("c"));
  assert.ok(!selection.has("a"));
});

test("what is no longer in the scene is no longer selected", () => {
  const { selection, seen } = makeSelection();
  selection.set(["a", "b", "toString"]);
  selection.keepThoseIn({ b: {} });
  selection.keepThoseIn({ b: {} });
  assert.deepEqual(selection.ids, ["b"]);
  assert.equal(seen.length, 2);
});
