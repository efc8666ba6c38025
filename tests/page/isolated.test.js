/** A scene of which only some objects are seen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isolated } from "../../static/js/document/isolated.js";

/** @import { SceneDocument } from "../../static/js/document/schema.js" */

const OBJECTS = {
  o1: { name: "table", kind: "box", position: [0, 0.4, 0], size: [1, 0.8, 1] },
  o2: { name: "lamp", kind: "group", parent: "o1", position: [0, 0.4, 0] },
  o3: { name: "shade", kind: "cone", parent: "o2", position: [0, 0.2, 0], size: [1, 1, 1] },
  o4: { name: "chair", kind: "box", position: [2, 0.4, 0], size: [1, 0.8, 1] },
  o5: { name: "bulb", kind: "point_light", parent: "o4", position: [0, 1, 0] },
  o6: { name: "camera", kind: "camera", position: [0, 1, 5] },
};

test("what is asked for stays as it is, and what is above it only keeps its place", () => {
  const document = /** @type {SceneDocument} */ (/** @type {unknown} */ ({ objects: OBJECTS }));
  const before = structuredClone(document);
  const { objects } = isolated(document, ["o2"]);
  assert.deepEqual(document, before);
  for (const id of /** @type {const} */ (["o2", "o3", "o5", "o6"])) {
    assert.equal(objects[id], document.objects[id]);
  }
  assert.deepEqual(objects.o1, { name: "table", kind: "group", position: [0, 0.4, 0] });
  assert.deepEqual(objects.o4, { ...OBJECTS.o4, visible: false });
});
