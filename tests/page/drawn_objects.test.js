/** What is drawn of a scene's objects, and what a change touches. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Box3, Mesh } from "three";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

/**
 * @import { Entity } from "../../static/js/document/schema.js"
 * @import { Objects } from "../../static/js/scene/objects/drawn_objects.js"
 */

/** @type {(members: Partial<Entity>) => Entity} */
const solid = (members) => ({
  kind: "box",
  name: "a solid",
  position: [0, 0, 0],
  size: [1, 1, 1],
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
 * @param {string} id
 */
function bounds(all, id) {
  all.updateMatrixWorld(true);
  const object = all.at(id);
  assert.ok(object);
  const { min, max } = new Box3().setFromObject(object, true);
  return [min.toArray(), max.toArray()].map((corner) =>
    corner.map((value) => Math.round(value * 1e4) / 1e4 + 0),
  );
}

test("a solid is as large as its size, and a child moves and turns with its parent", () => {
  const all = drawn({
    o2: solid({ position: [0, 0.5, 2], size: [1, 1, 3], parent: "o1" }),
    o1: { kind: "group", name: "all", position: [10, 0, 0], rotation: [0, 90, 0] },
  });
  assert.deepEqual(bounds(all, "o2"), [
    [10.5, 0, -0.5],
    [13.5, 1, 0.5],
  ]);
  assert.deepEqual(bounds(all, "o1"), bounds(all, "o2"));
});

test("a change touches the objects whose entities are others, and no more", () => {
  const one = solid({});
  const other = solid({ position: [3, 0, 0] });
  const all = drawn({ o1: one, o2: other });
  const object = all.at("o1");
  assert.equal(all.show({ o1: one, o2: other }), 0);
  assert.equal(all.show({ o1: one, o2: { ...other, position: [4, 0, 0] } }), 1);
  assert.equal(all.at("o1"), object);
  assert.equal(all.show({ o1: one }), 1);
  assert.equal(all.at("o2"), undefined);
});

test("solids of one kind share a geometry, which goes with the last of them", () => {
  /** @type {Objects} */
  const objects = {};
  for (let i = 0; i < 50; i++) objects[`o${i}`] = solid({ position: [i, 0, 0] });
  objects.torus = solid({ kind: "torus", size: [2, 0.2, 2] });
  const all = drawn(objects);
  assert.equal(all.geometries, 2);
  all.show({ o1: solid({ kind: "sphere" }) });
  assert.equal(all.geometries, 1);
  all.show({});
  assert.equal(all.geometries, 0);
});

test("what is hung below another parent leaves the one before", () => {
  const objects = {
    o1: { kind: "group", position: [1, 0, 0] },
    o2: { kind: "group", position: [0, 5, 0] },
    o3: solid({ parent: "o1" }),
  };
  const all = drawn(/** @type {any} */ (objects));
  all.show(/** @type {any} */ ({ ...objects, o3: solid({ parent: "o2" }) }));
  assert.equal(all.at("o3")?.parent, all.at("o2"));
  assert.deepEqual(bounds(all, "o3"), [
    [-0.5, 4.5, -0.5],
    [0.5, 5.5, 0.5],
  ]);
});

test("a flat plane is drawn flat, whichever way it lies", () => {
  for (const axis of [0, 1, 2]) {
    /** @type {[number, number, number]} */
    const size = [2, 2, 2];
    size[axis] = 0;
    const [low = [], high = []] = bounds(drawn({ o1: solid({ kind: "plane", size }) }), "o1");
    assert.deepEqual(
      high.map((value, i) => value - (low[i] ?? 0)),
      size,
    );
  }
});

test("the bust is as large as its size, and hollows of it are darker", () => {
  const size = /** @type {[number, number, number]} */ ([0.428, 0.651, 0.309]);
  const all = drawn({ o1: solid({ kind: "bust", size, position: [0, 0.3255, 0] }) });
  const [low = [], high = []] = bounds(all, "o1");
  assert.deepEqual(low, [-0.214, 0, -0.1545]);
  assert.deepEqual(high, [0.214, 0.651, 0.1545]);
  const mesh = /** @type {import("three").Mesh} */ (all.at("o1")?.children[0]);
  const painted = [...mesh.geometry.getAttribute("color").array];
  assert.ok(Math.min(...painted) < 0.6 && Math.max(...painted) > 0.99);
});

test("hollows are painted unless the material is told to be flat", () => {
  const materials = [{}, { flat: true }].map((material) => {
    const all = drawn({ o1: solid({ kind: "bust", material }) });
    const mesh = /** @type {import("three").Mesh} */ (all.at("o1")?.children[0]);
    return /** @type {import("three").Material} */ (mesh.material);
  });
  assert.deepEqual(
    materials.map(({ vertexColors }) => vertexColors),
    [true, false],
  );
});

test("what is repainted keeps its shape, and materials that nobody has go", () => {
  const all = drawn({ o1: solid({}), o2: solid({ position: [2, 0, 0] }) });
  assert.equal(all.materials, 1);
  all.show({ o1: solid({ material: { preset: "gold" } }) });
  assert.deepEqual([all.geometries, all.materials], [1, 1]);
  all.show({ o1: { kind: "group", name: "all", position: [0, 0, 0] } });
  assert.deepEqual([all.geometries, all.materials], [0, 0]);
});

test("a prop is left out until recipes are loaded, then one mesh of few surfaces", async () => {
  const car = solid({ kind: "prop", prop: "car", size: [1.84, 1.45, 4.3] });
  const toy = solid({ kind: "prop", prop: "car", size: [0.184, 0.145, 0.43] });
  const all = drawn({ o1: car, o2: toy });
  assert.ok(all.isLacking);
  assert.deepEqual(all.at("o1")?.children, []);
  await all.complete();
  assert.ok(!all.isLacking);
  const [mesh, ...others] = all.at("o1")?.children ?? [];
  assert.ok(mesh instanceof Mesh);
  assert.deepEqual(others, []);
  assert.equal(mesh.material.length, mesh.geometry.groups.length);
  assert.ok(mesh.material.length < 8);
  // The toy has the same proportions.
  assert.equal(all.geometries, 1);
  const { materials } = all;
  all.show({ o1: { ...car, material: { color: "#00ff00" } } });
  assert.equal(all.materials, materials);
  all.show({});
  assert.deepEqual([all.geometries, all.materials], [0, 0]);
});
