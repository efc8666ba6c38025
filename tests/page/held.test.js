/** Where objects come that are moved, turned and sized together. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Quaternion, Vector3 } from "three";
import { evenOf, Held } from "../../static/js/scene/editing/held.js";
import { stepOf } from "../../static/js/scene/editing/steps.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

/** @import { Entity } from "../../static/js/document/schema.js" */

const UP = new Vector3(0, 1, 0);
const QUARTER = new Quaternion().setFromAxisAngle(UP, Math.PI / 2);

/** @type {Record<string, Entity>} */
const OBJECTS = {
  table: { kind: "group", name: "table", position: [2, 0, 0], rotation: [0, 90, 0] },
  leg: { kind: "box", name: "leg", parent: "table", position: [1, 0.5, 0], size: [0.1, 1, 0.1] },
  ball: { kind: "sphere", name: "ball", position: [0, 1, 0], size: [2, 2, 2] },
  lamp: { kind: "spot_light", name: "lamp", position: [0, 3, 0], aim: [1, 0, 0] },
  row: {
    kind: "pattern",
    name: "row",
    position: [0, 0, 0],
    arrangement: { pattern: "row", count: 3, spacing: 2 },
    bounds: [-1, -1, -1, 1, 1, 1],
  },
  stone: { kind: "box", name: "stone", parent: "row", position: [0, 0, 0], size: [1, 1, 1] },
};

/** @param {string[]} ids */
function held(...ids) {
  const things = new DrawnObjects();
  things.show(OBJECTS);
  return new Held(/** @type {any} */ ({ objects: OBJECTS }), things, ids);
}

test("what is in a turned group moves along the world, as it is dragged", () => {
  // The group's own x is the world's -z.
  const overrides = held("leg").moved(new Vector3(0, 0, -1));
  assert.deepEqual(overrides.get("leg"), { position: [2, 0.5, 0] });
});

test("what belongs to something else that is moved goes with it", () => {
  const both = held("leg", "table", "ball");
  assert.deepEqual(
    both.tops.map(({ id }) => id),
    ["table", "ball"],
  );
  const overrides = both.moved(new Vector3(0, 1, 0));
  assert.deepEqual([...overrides.keys()], ["table", "ball"]);
  assert.deepEqual(overrides.get("ball"), { position: [0, 2, 0] });
});

test("what is repeated moves with its pattern, which has its place", () => {
  assert.deepEqual([...held("stone").moved(UP)], [["row", { position: [0, 1, 0] }]]);
});

test("one thing turns where it is, and several about what is below the middle of them", () => {
  assert.deepEqual(held("ball").turned(QUARTER).get("ball"), {
    position: [0, 1, 0],
    rotation: [0, 90, 0],
  });
  assert.deepEqual(held("leg").turned(QUARTER).get("leg")?.rotation, [0, 90, 0]);
  const several = held("ball", "lamp");
  const { x, z } = several.pivot;
  assert.deepEqual([x, z], [0, 0]);
  assert.deepEqual(several.turned(QUARTER).get("lamp"), { position: [0, 3, 0], aim: [0, 0, -1] });
});

test("a light turns by what it looks at, and has no size", () => {
  const lamp = held("lamp");
  assert.deepEqual([lamp.turns, lamp.sizes], [true, false]);
  assert.deepEqual(lamp.turned(QUARTER).get("lamp")?.aim, [0, 0, -1]);
});

test("a solid that stands grows along its own axes and stays where it stands", () => {
  const overrides = held("leg").sized(new Vector3(2, 3, 1));
  assert.deepEqual(overrides.get("leg"), { size: [0.2, 3, 0.1], position: [1, 1.5, 0] });
});

test("a group grows alike in all directions, whichever handle was drawn", () => {
  const factors = new Vector3(1, 1.5, 1);
  const table = held("table");
  assert.equal(table.isEven, true);
  assert.equal(evenOf(factors), 1.5);
  const overrides = table.sized(factors);
  assert.deepEqual(overrides.get("table"), { position: [2, 0, 0] });
  assert.deepEqual(overrides.get("leg"), { size: [0.15, 1.5, 0.15], position: [1.5, 0.75, 0] });
});

test("what several grow about is below all of them", () => {
  const overrides = held("ball", "leg").sized(new Vector3(2, 2, 2));
  assert.deepEqual(overrides.get("ball")?.size, [4, 4, 4]);
  assert.equal(overrides.get("ball")?.position?.[1], 2);
  assert.equal(overrides.get("leg")?.position?.[1], 1);
});

test("nothing is drawn through itself to become smaller than a hundredth", () => {
  assert.equal(evenOf(new Vector3(1, -4, 1)), 0.01);
  assert.deepEqual(
    held("ball")
      .sized(new Vector3(-1, 1, 1))
      .get("ball")?.size,
    [0.02, 2, 2],
  );
});

test("a step is a round number, as long as what is seen is large", () => {
  assert.equal(stepOf(3.2, 32), 0.1);
  assert.equal(stepOf(30, 32), 1);
  assert.equal(stepOf(0.3, 32), 0.01);
});
