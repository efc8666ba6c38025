import assert from "node:assert/strict";
import { test } from "node:test";
import { UndoLine } from "../../static/js/edit/undo_line.js";

test("there is something to undo once something was done, and to redo once it was undone", () => {
  const line = new UndoLine();
  const by = (/** @type {string} */ tool) =>
    /** @type {any} */ ([{ revision: 1, patch: [], cause: { tool } }]);
  line.began([]);
  assert.deepEqual(line.can, { undo: false, redo: false });
  line.changed(by("add_objects"));
  assert.deepEqual(line.can, { undo: true, redo: false });
  line.changed(by("history"));
  assert.deepEqual(line.can, { undo: true, redo: true });
  line.changed(by("lock_objects")); // which is passed by
  assert.deepEqual(line.can, { undo: true, redo: true });
  line.refused("undo");
  assert.deepEqual(line.can, { undo: false, redo: true });
});

test("of a scene that was loaded whole, the latest changes tell what there is to undo and redo", () => {
  const line = new UndoLine();
  const recent = (/** @type {[number, string][]} */ ...changes) =>
    /** @type {any} */ (changes.map(([revision, state]) => ({ revision, state })));
  line.began(recent([2, "fixed"], [1, "undone"]));
  assert.deepEqual(line.can, { undo: false, redo: true });
  line.began(recent([3, "done"], [2, "fixed"], [1, "done"]));
  assert.deepEqual(line.can, { undo: true, redo: false });
  line.began(recent([40, "fixed"], [39, "fixed"])); // and what came before is not told
  assert.deepEqual(line.can, { undo: true, redo: false });
});
