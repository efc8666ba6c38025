/** 3D text as it is drawn: only once its letters are there, and no more of it than is needed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Box3, Mesh } from "three";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

/**
 * @import { Entity } from "../../static/js/document/schema.js"
 * @import { Objects } from "../../static/js/scene/objects/drawn_objects.js"
 */

/** Where text is longest and has most curves. */
const MOST_TRIANGLES = 250_000;

/** @type {(text: string, members?: Partial<Entity>) => Entity} */
const saying = (text, members = {}) => ({
  name: "text",
  kind: "text",
  text,
  position: [0, 1, 0],
  size: [2, 0.5, 0.1],
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
function meshOf(all, id) {
  const mesh = all.at(id)?.children[0];
  return mesh instanceof Mesh ? mesh : null;
}

/** @param {string} text */
function triangles(text) {
  const mesh = meshOf(drawn({ o1: saying(text) }), "o1");
  assert.ok(mesh);
  return mesh.geometry.getAttribute("position").count / 3;
}

test("until its letters are loaded a text is left out, and all else is drawn", async () => {
  const box = { kind: "box", position: [0, 0, 0], size: [1, 1, 1] };
  const all = drawn(/** @type {any} */ ({ o1: saying("HELLO"), o2: box }));
  assert.ok(all.isLacking);
  assert.equal(meshOf(all, "o1"), null);
  assert.ok(meshOf(all, "o2"));
  await all.complete();
  assert.ok(!all.isLacking);
  all.updateMatrixWorld(true);
  const { min, max } = new Box3().setFromObject(/** @type {Mesh} */ (meshOf(all, "o1")), true);
  for (const [corner, wanted] of /** @type {const} */ ([
    [min, [-1, 0.75, -0.05]],
    [max, [1, 1.25, 0.05]],
  ])) {
    for (const [i, value] of corner.toArray().entries()) {
      assert.ok(Math.abs(value - /** @type {number} */ (wanted[i])) < 1e-4, `${value}`);
    }
  }
});

test("a scene without a text lacks no letters", () => {
  const objects = { o1: { kind: "group", position: [0, 0, 0] } };
  assert.ok(!drawn(/** @type {any} */ (objects)).isLacking);
});

test("texts that say the same share a geometry, and what they say changes it", () => {
  const all = drawn({ o1: saying("HELLO"), o2: saying("HELLO", { position: [5, 0, 0] }) });
  assert.equal(all.geometries, 1);
  all.show({ o1: saying("HELLO"), o2: saying("BYE") });
  assert.equal(all.geometries, 2);
  // As large, twice: the bevel is the same share of it.
  all.show({ o1: saying("HELLO"), o2: saying("HELLO", { size: [4, 1, 0.2] }) });
  assert.equal(all.geometries, 1);
  all.show({ o2: { name: "all", kind: "group", position: [0, 0, 0] } });
  assert.equal(all.geometries, 0);
});

test("the front of a letter looks to +z, and its edges are cut off", () => {
  const geometry = meshOf(drawn({ o1: saying("H") }), "o1")?.geometry;
  const normals = geometry?.getAttribute("normal");
  const points = geometry?.getAttribute("position");
  assert.ok(normals && points);
  let [front, slanted] = [0, 0];
  for (let i = 0; i < normals.count; i++) {
    if (normals.getZ(i) > 0.99) {
      front++;
      assert.ok(points.getZ(i) > 0.49);
    } else if (Math.abs(normals.getZ(i)) > 0.1) slanted++;
  }
  assert.ok(front > 0 && slanted > 0);
});

test("whatever a text says and however thick it is, all its corners are numbers", () => {
  /** @type {[number, number, number][]} */
  const sizes = [
    [1, 1, 0],
    [0, 0, 0],
    [1, 0, 1],
    [1e4, 1e-3, 1e4],
  ];
  for (const text of ["", " \n ", "☃", "👩‍👩‍👧", "\ud800", "A\u0301\u0327", "مرحبا", "\u0000"]) {
    for (const size of sizes) {
      const mesh = meshOf(drawn({ o1: saying(text, { size }) }), "o1");
      assert.ok(mesh);
      const values = [...mesh.geometry.getAttribute("position").array];
      assert.ok(values.length > 0 && values.every(Number.isFinite), text);
    }
  }
});

test("the triangles of a text are bounded", () => {
  assert.ok(triangles("abcdefghijklmnopqrst") < 20_000);
  assert.ok(triangles("The quick brown fox jumps. ".repeat(8).slice(0, 200)) < 60_000);
  assert.ok(triangles("@".repeat(200)) < MOST_TRIANGLES);
});
