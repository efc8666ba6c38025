import assert from "node:assert/strict";
import { test } from "node:test";
import { stepOf, typedStep } from "../../static/js/edit/outline/keys.js";
import { moving, removing, renaming, showing } from "../../static/js/edit/outline/operations.js";
import { SceneTree } from "../../static/js/edit/outline/scene_tree.js";
import { rowsInSight, scrolledTo } from "../../static/js/edit/outline/window.js";

/** @import { Entity } from "../../static/js/document/schema.js" */

/**
 * @param {string} name
 * @param {string | null} [parent]
 * @returns {Entity}
 */
const entity = (name, parent = null, kind = "box") => ({ kind, name, parent, position: [0, 0, 0] });

const OBJECTS = {
  o1: entity("lamp", null, "spot_light"),
  o2: entity("table", null, "group"),
  o3: entity("top", "o2"),
  o4: entity("legs", "o2", "group"),
  o5: entity("leg 1", "o4"),
  o6: entity("chair"),
};
const tree = new SceneTree(OBJECTS);

/** @param {readonly string[]} expanded @param {string} [search] */
const names = (expanded, search) =>
  tree.rows(new Set(expanded), search).map(({ entity: { name }, level }) => `${level} ${name}`);

test("rows are the top level and what is expanded, each with its place among its siblings", () => {
  assert.deepEqual(names([]), ["1 lamp", "1 table", "1 chair"]);
  assert.deepEqual(names(["o2"]), ["1 lamp", "1 table", "2 top", "2 legs", "1 chair"]);
  const [, table, top, legs] = tree.rows(new Set(["o2"]));
  assert.deepEqual([table?.position, table?.siblings, table?.isExpanded], [2, 3, true]);
  assert.deepEqual([top?.position, top?.siblings, top?.isExpanded], [1, 2, null]);
  assert.equal(legs?.isExpanded, false);
});

test("what belongs to nothing that is there is at the top level", () => {
  const lost = new SceneTree({ o1: entity("lost", "o9") });
  assert.deepEqual(
    lost.rows(new Set()).map(({ id }) => id),
    ["o1"],
  );
});

test("a search shows what has the text in name or kind, and all above it", () => {
  assert.deepEqual(names([], "LEG"), ["1 table", "2 legs", "3 leg 1"]);
  assert.deepEqual(names([], "spot light"), ["1 lamp"]);
  assert.deepEqual(names([], "nothing"), []);
});

test("what is moved goes with all below it, and never below itself", () => {
  assert.deepEqual(tree.outermost(["o5", "o2", "o6"]), ["o2", "o6"]);
  assert.equal(tree.canMove(["o6"], "o2"), true);
  assert.equal(tree.canMove(["o2"], "o4"), false);
  assert.equal(tree.canMove(["o3"], "o2"), false);
  assert.equal(tree.canMove(["o3", "o6"], "o2"), true);
  assert.equal(tree.canMove(["o6"], null), false);
  assert.equal(tree.canMove(["o5"], null), true);
  assert.equal(tree.canMove(["o6"], "o9"), false);
});

test("keys lead along the rows, into what has children and out again", () => {
  const rows = tree.rows(new Set(["o2"]));
  const cases = /** @type {const} */ ([
    ["ArrowDown", 0, { goTo: 1 }],
    ["ArrowDown", 4, { goTo: 4 }],
    ["ArrowUp", 0, { goTo: 0 }],
    ["Home", 3, { goTo: 0 }],
    ["End", 1, { goTo: 4 }],
    ["PageDown", 0, { goTo: 4 }],
    ["ArrowRight", 1, { goTo: 2 }],
    ["ArrowRight", 3, { expand: "o4" }],
    ["ArrowRight", 0, null],
    ["ArrowLeft", 1, { collapse: "o2" }],
    ["ArrowLeft", 3, { goTo: 1 }],
    ["ArrowLeft", 0, null],
    ["x", 0, null],
  ]);
  for (const [key, at, step] of cases) assert.deepEqual(stepOf(key, rows, at), step, key);
  assert.equal(stepOf("Home", [], -1), null);
});

test("typing leads to the next name that begins so, from the top again after the last", () => {
  const rows = tree.rows(new Set(["o2", "o4"]));
  assert.deepEqual(typedStep("l", rows, 0), { goTo: 3 });
  assert.deepEqual(typedStep("l", rows, 4), { goTo: 0 });
  assert.deepEqual(typedStep("leg ", rows, 3), { goTo: 4 });
  assert.equal(typedStep("z", rows, 0), null);
});

test("only the rows in sight are drawn, and some beside them", () => {
  const sight = { top: 3200, height: 320, rowHeight: 32 };
  assert.deepEqual(rowsInSight(2000, sight), { first: 94, end: 116 });
  assert.deepEqual(rowsInSight(5, sight), { first: 5, end: 5 });
  assert.deepEqual(rowsInSight(5, { ...sight, top: 0 }), { first: 0, end: 5 });
  assert.equal(scrolledTo(100, sight), 3200);
  assert.equal(scrolledTo(99, sight), 3168);
  assert.equal(scrolledTo(110, sight), 3232);
});

test("the outline asks by ids, and for all at once", () => {
  assert.deepEqual(renaming("o3", "plate"), {
    name: "update_objects",
    arguments: { changes: [{ target: "o3", rename: "plate" }] },
    values: { "o3.name": "plate" },
  });
  assert.deepEqual(showing("o3", false).values, { "o3.visible": false });
  assert.deepEqual(moving(["o3", "o6"], null).arguments, {
    changes: [
      { target: "o3", parent: "world" },
      { target: "o6", parent: "world" },
    ],
  });
  assert.deepEqual(removing(["o3"]).arguments, { targets: ["o3"] });
});
