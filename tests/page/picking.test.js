/** What is under a point of the screen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Raycaster, Vector3 } from "three";
import { LightFrame } from "../../static/js/scene/lights/light_frame.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";
import { pathAt } from "../../static/js/scene/picking.js";

/** @import { Entity } from "../../static/js/document/schema.js" */

/** @type {Record<string, Entity>} */
const OBJECTS = {
  table: { kind: "group", name: "table", position: [0, 0, 0] },
  leg: { kind: "box", name: "leg", parent: "table", position: [0, 0, 0], size: [1, 1, 1] },
  ghost: { kind: "box", name: "ghost", position: [0, 0, 2], size: [1, 1, 1], visible: false },
  key: { kind: "area_light", name: "key", position: [0, 0, 4] },
  row: {
    kind: "pattern",
    name: "row",
    position: [10, 0, 0],
    arrangement: { pattern: "row", count: 3, spacing: 2 },
    bounds: [-0.5, -0.5, -0.5, 0.5, 0.5, 0.5],
  },
  stone: { kind: "box", name: "stone", parent: "row", position: [0, 0, 0], size: [1, 1, 1] },
};

/** @param {number} x where one looks along -z */
function hits(x, frame = /** @type {{ id: string, distance: number } | null} */ (null)) {
  const things = new DrawnObjects();
  things.show(OBJECTS);
  things.updateMatrixWorld(true);
  const ray = new Raycaster(new Vector3(x, 0, 9), new Vector3(0, 0, -1));
  return pathAt(things, ray, frame);
}

test("an object is hit with all that it belongs to, and what is hidden is not", () => {
  assert.deepEqual(hits(0), ["table", "leg"]);
  assert.deepEqual(hits(3), []);
});

test("the copy of a pattern is that pattern", () => {
  assert.deepEqual(hits(12), ["row"]);
});

test("the frame of a light is hit before what is behind it", () => {
  assert.deepEqual(hits(0, { id: "key", distance: 5 }), ["key"]);
  assert.deepEqual(hits(0, { id: "key", distance: 9 }), ["table", "leg"]);
});

test("a frame is hit near its edges, and not through its middle", () => {
  const frame = new LightFrame();
  frame.show("#ffffff", [2, 2]);
  frame.place(new Vector3(0, 0, 1), new Vector3());
  const from = (/** @type {number} */ x) =>
    frame.distanceAlong(new Raycaster(new Vector3(x, 0, 4), new Vector3(0, 0, -1)).ray);
  assert.equal(from(0), null);
  assert.equal(from(1.5), null);
  assert.equal(from(0.98), 3);
});
