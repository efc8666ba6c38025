import assert from "node:assert/strict";
import { test } from "node:test";
import { UndoLine } from "../../static/js/edit/undo_line.js";

test("there is something to undo once something was done, and to redo once it was undone", () => {
  const line = new UndoLine();
  const by = (/** @type {string} */ tool) =>
    /** @type {any} */ ([{ revision: 1, patch: [], cause: { tool } }]);
  line.began(0);
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
