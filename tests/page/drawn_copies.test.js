/** What is drawn of patterns: their copies, and what a change of one touches. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Box3, InstancedMesh, Matrix4, Vector3 } from "three";
import { Motions } from "../../static/js/scene/motion/motions.js";
import { arranged } from "../../static/js/scene/objects/arrangements.js";
import { DrawnCopies } from "../../static/js/scene/objects/drawn_copies.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

/**
 * @import { Entity } from "../../static/js/document/schema.js"
 * @import { Objects } from "../../static/js/scene/objects/drawn_objects.js"
 */

/** @type {(members: Partial<Entity>) => Entity} */
const box = (members) => ({
  name: "box",
  kind: "box",
  position: [0, 0.5, 0],
  size: [1, 1, 1],
  ...members,
});

const ARRANGEMENT = { pattern: "row", count: 3, spacing: 2 };
/** @type {[number, number, number, number, number, number]} */
const BOUNDS = [-0.5, 0, -0.5, 0.5, 1, 0.5];

/** @type {(members: Partial<Entity>) => Entity} */
const row = (members) => ({
  name: "row",
  kind: "pattern",
  position: [0, 0, 0],
  bounds: BOUNDS,
  arrangement: ARRANGEMENT,
  ...members,
});

/** @param {Objects} objects */
function drawn(objects) {
  const all = new DrawnObjects();
  all.show(objects);
  return all;
}

/**
 * @param {DrawnObjects} all
 * @returns {InstancedMesh[]} all that draw copies
 */
function instancesIn(all) {
  /** @type {InstancedMesh[]} */
  const found = [];
  all.traverseVisible((object) => {
    if (object instanceof InstancedMesh) found.push(object);
  });
  return found;
}

/** @param {DrawnObjects} all */
function places(all) {
  all.updateMatrixWorld(true);
  const matrix = new Matrix4();
  return instancesIn(all).flatMap((mesh) =>
    Array.from({ length: mesh.count }, (_, index) => {
      mesh.getMatrixAt(index, matrix);
      return new Vector3()
        .setFromMatrixPosition(matrix)
        .applyMatrix4(mesh.matrixWorld)
        .toArray()
        .map((value) => Math.round(value * 1e4) / 1e4 + 0);
    }),
  );
}

test("what is repeated is drawn as its copies alone, where their pattern is", () => {
  const all = drawn({
    o1: row({ position: [10, 0, 0], rotation: [0, 90, 0] }),
    o2: box({ parent: "o1" }),
  });
  assert.deepEqual(places(all), [
    [10, 0.5, 2],
    [10, 0.5, 0],
    [10, 0.5, -2],
  ]);
  assert.equal(instancesIn(all).length, 1);
  const boxes = all.boxes();
  assert.equal(boxes.length, 1);
  const size = boxes[0]?.getSize(new Vector3());
  assert.ok(size && size.distanceTo(new Vector3(1, 1, 5)) < 1e-5);
  assert.deepEqual(all.centerOf("o1", new Vector3()).toArray(), [10, 0.5, 0]);
});

test("a copy that was taken out is drawn no more, and hidden parts never were", () => {
  const hat = box({ parent: "o2", visible: false });
  const objects = { o1: row({ without: { 2: null } }), o2: box({ parent: "o1" }), o3: hat };
  const all = drawn(objects);
  assert.deepEqual(places(all), [
    [-2, 0.5, 0],
    [2, 0.5, 0],
  ]);
  all.show({ ...objects, o3: { ...hat, visible: true } });
  assert.equal(places(all).length, 4);
});

test("rows of rows are drawn at once", () => {
  const objects = {
    o1: row({ arrangement: { pattern: "row", count: 2, axis: "z", spacing: 5 } }),
    o2: row({ parent: "o1" }),
    o3: box({ parent: "o2" }),
  };
  const all = drawn(objects);
  assert.equal(instancesIn(all).length, 1);
  assert.equal(places(all).length, 6);
  // Outside of the other, the inner one draws copies of its own.
  all.show({ ...objects, o2: row({}) });
  assert.equal(places(all).length, 3);
});

test("a change touches the copies of its own pattern, and no others", () => {
  const objects = {
    o1: row({}),
    o2: box({ parent: "o1" }),
    o3: row({ position: [0, 0, 5] }),
    o4: box({ parent: "o3", material: { color: "#ff0000" } }),
  };
  const all = drawn(objects);
  const [one, other] = instancesIn(all);
  assert.ok(one && other);
  const versions = () => [one.instanceMatrix.version, other.instanceMatrix.version];
  const before = versions();
  all.show({ ...objects, o1: row({ position: [0, 3, 0] }) });
  assert.deepEqual(versions(), before); // it is moved as a whole
  const painted = { ...objects, o4: box({ parent: "o3", material: { color: "#00ff00" } }) };
  all.show(painted);
  assert.deepEqual(versions(), before);
  assert.equal(instancesIn(all)[1], other);
  all.show({ ...painted, o2: box({ parent: "o1", size: [2, 1, 1] }) });
  assert.deepEqual(versions(), [Number(before[0]) + 1, before[1]]);
});

test("what is freed with the last copy is all that was taken", () => {
  const all = drawn({ o1: row({}), o2: box({ parent: "o1" }) });
  let freed = 0;
  for (const mesh of instancesIn(all)) mesh.addEventListener("dispose", () => freed++);
  assert.deepEqual([all.geometries, all.materials], [1, 1]);
  all.show({});
  assert.equal(freed, 1);
  assert.deepEqual([all.geometries, all.materials], [0, 0]);
  const again = drawn({ o1: row({}), o2: box({ parent: "o1" }) });
  for (const mesh of instancesIn(again)) mesh.addEventListener("dispose", () => freed++);
  again.dispose();
  assert.equal(freed, 2);
});

test("a pattern that grows and shrinks keeps its room for copies", () => {
  const source = box({ parent: "o1" });
  const of = (/** @type {number} */ count) => ({
    o1: row({ arrangement: { pattern: "row", count, spacing: 2 } }),
    o2: source,
  });
  const all = drawn(of(3));
  const [mesh] = instancesIn(all);
  all.show(of(2));
  assert.equal(instancesIn(all)[0], mesh);
  assert.equal(places(all).length, 2);
  all.show(of(50));
  assert.notEqual(instancesIn(all)[0], mesh);
  assert.equal(places(all).length, 50);
});

test("a pattern of nothing draws nothing", () => {
  const all = drawn({ o1: row({}) });
  assert.deepEqual(places(all), []);
  assert.ok(new Box3().setFromObject(all).isEmpty());
  assert.ok(all.at("o1")?.children.some((child) => child instanceof DrawnCopies));
});

test("what is repeated moves in all copies alike", () => {
  /** @type {import("../../static/js/document/schema.js").Animation} */
  const animation = { bounce: { start: 0, period: 2, amount: 1 } };
  const objects = { o1: row({}), o2: box({ parent: "o1", animation }) };
  const all = drawn(objects);
  const motions = new Motions(all);
  motions.show(objects, null);
  assert.equal(
    motions.untilMoves(() => 0),
    0,
  );
  motions.place(() => 1);
  assert.deepEqual(places(all), [
    [-2, 1.5, 0],
    [0, 1.5, 0],
    [2, 1.5, 0],
  ]);
  assert.deepEqual([...motions.objects()], [all.at("o1")]);
});

test("what was a pattern in another scene is drawn as what it is in this one", () => {
  const part = box({ parent: "o1" });
  const all = drawn({ o1: row({}), o2: part });
  all.show({ o1: box({}), o2: part });
  assert.deepEqual([instancesIn(all).length, all.boxes().length], [0, 2]);
  all.show({ o1: row({}), o2: part });
  assert.deepEqual([instancesIn(all).length, all.boxes().length], [1, 1]);
});

test("as many copies as are possible find a place", () => {
  const arrangement = { pattern: "scatter", count: 10_000, variation: 0.5 };
  assert.equal(arranged(arrangement, BOUNDS).length, 10_000);
});
