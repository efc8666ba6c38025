/** What a scene becomes as glTF; in browsers, tests/page/test_exports_page.py looks at whole files. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, test } from "node:test";
import validator from "gltf-validator";
import { glbOf } from "../../static/js/scene/glb.js";
import { startDocument } from "./page.js";

/** @import { Entity, SceneDocument } from "../../static/js/document/schema.js" */

const PROPS_EXPORTED = ["car", "tree", "glass", "lamp"];
/** Errors and warnings are below it; empty groups are worth a remark. */
const INFO = 2;

before(() => {
  // Node has none, and the exporter asks for one.
  class Reader {
    /** @type {ArrayBuffer | null} */
    result = null;
    onloadend = () => {};
    /** @param {Blob} blob */
    async readAsArrayBuffer(blob) {
      this.result = await blob.arrayBuffer();
      this.onloadend();
    }
  }
  Object.assign(globalThis, { FileReader: Reader });
});

/**
 * @param {Record<string, Partial<Entity>>} objects by id
 * @param {string[] | null} [ids]
 */
async function exported(objects, ids = null) {
  /** @type {any} */
  const document = { ...startDocument(), objects };
  const file = Buffer.from(await glbOf(/** @type {SceneDocument} */ (document), ids));
  const gltf = JSON.parse(file.toString("utf8", 20, 20 + file.readUInt32LE(12)));
  /** @type {any[]} */
  const nodes = gltf.nodes ?? [];
  return { gltf, nodes, named: Object.fromEntries(nodes.map((node) => [node.name, node])) };
}

/** @type {(members: Partial<Entity>) => Partial<Entity>} */
const box = (members) => ({ kind: "box", position: [0, 0, 0], size: [1, 1, 1], ...members });

test("each copy of a pattern is a node, and all share one mesh", async () => {
  const { gltf, named, nodes } = await exported({
    o1: {
      kind: "pattern",
      name: "row",
      position: [0, 0, 0],
      bounds: [-0.5, -0.5, -0.5, 0.5, 0.5, 0.5],
      arrangement: { pattern: "row", count: 3, spacing: 2 },
    },
    o2: box({ name: "crate", parent: "o1" }),
  });
  const copies = named.row.children.map((/** @type {number} */ at) => nodes[at]);
  assert.deepEqual(
    copies.map((/** @type {any} */ { translation }) => translation?.[0] ?? 0),
    [-2, 0, 2],
  );
  assert.equal(gltf.meshes.length, 1);
  assert.equal(named.crate, undefined);
});

test("what is hidden, and lights that glTF has none of, are left out", async () => {
  const { gltf, named } = await exported({
    o1: box({ name: "crate" }),
    o2: box({ name: "ghost", visible: false }),
    o3: box({ name: "its child", parent: "o2" }),
    o4: { kind: "area_light", name: "key", position: [0, 1, 0], size: [1, 1] },
    o5: { kind: "hemisphere_light", name: "sky", position: [0, 1, 0] },
    o6: { kind: "point_light", name: "bulb", position: [0, 2, 0], color: "#ff0000", intensity: 3 },
  });
  assert.deepEqual(Object.keys(named).sort(), ["bulb", "crate", "undefined"]);
  assert.deepEqual(gltf.extensions.KHR_lights_punctual.lights, [
    { name: "bulb", color: [1, 0, 0], intensity: 3, type: "point" },
  ]);
});

test("what is chosen is where it is in the world, with all that belongs to it", async () => {
  const { gltf, named } = await exported(
    {
      o1: { kind: "group", name: "pair", position: [5, 0, 0], rotation: [0, 90, 0] },
      o2: box({ name: "crate", parent: "o1", position: [0, 0, 1] }),
      o3: box({ name: "lid", parent: "o2", position: [0, 1, 0] }),
      o4: box({ name: "other", parent: "o1" }),
    },
    ["o2"],
  );
  assert.deepEqual(Object.keys(named).sort(), ["crate", "lid", "undefined"]);
  const [x, y, z] = named.crate.translation;
  assert.ok(Math.abs(x - 6) < 1e-9 && Math.abs(y) < 1e-9 && Math.abs(z) < 1e-9);
  assert.equal(gltf.nodes[named.crate.children.at(-1)].name, "lid");
});

test("a light and a camera look along −z at what they are aimed at", async () => {
  const { named } = await exported({
    o1: box({ name: "crate", position: [3, 1, 0] }),
    o2: { kind: "camera", name: "camera", position: [0, 1, 0], aim: "o1", fov: 40 },
    o3: { kind: "spot_light", name: "spot", position: [3, 1, 5], aim: "o1" },
  });
  // A quarter to the right, about y; the spot looks along −z already.
  const [x, y, z, w] = named.camera.rotation;
  assert.ok(Math.abs(x) < 1e-9 && Math.abs(z) < 1e-9);
  assert.ok(Math.abs(2 * Math.atan2(y, w) + Math.PI / 2) < 1e-9);
  assert.equal(named.spot.rotation, undefined);
});

test("flat surfaces have a normal for each face, wireframes are whole, and no place on textures", async () => {
  const { gltf } = await exported({
    o1: { ...box({ name: "ball", material: { flat: true, wireframe: true } }), kind: "sphere" },
    o2: { ...box({ name: "smooth", position: [2, 0, 0] }), kind: "sphere" },
  });
  const [flat, smooth] = gltf.meshes.map((/** @type {any} */ mesh) => mesh.primitives[0]);
  assert.deepEqual([flat.indices, flat.mode ?? 4], [undefined, 4]);
  assert.ok(smooth.indices !== undefined);
  assert.deepEqual(Object.keys(smooth.attributes).sort(), ["NORMAL", "POSITION"]);
});

const GALLERY = new URL("../gallery/documents/", import.meta.url);

for (const name of readdirSync(GALLERY)) {
  test(`the Khronos validator finds no error in ${name}`, async () => {
    const document = JSON.parse(readFileSync(new URL(name, GALLERY), "utf8"));
    const { issues } = await validator.validateBytes(new Uint8Array(await glbOf(document, null)));
    const worse = issues.messages.filter(({ severity }) => severity < INFO);
    assert.deepEqual(worse, []);
  });
}

test("the Khronos validator finds no error in props, each in its surfaces", async () => {
  const document = startDocument();
  /** @type {[number, number, number]} */
  const size = [1, 1, 1];
  for (const prop of PROPS_EXPORTED) {
    document.objects[prop] = { kind: "prop", name: prop, prop, size, position: [0, 0, 0] };
  }
  const file = new Uint8Array(await glbOf(document, PROPS_EXPORTED));
  const { issues } = await validator.validateBytes(file);
  const worse = issues.messages.filter(({ severity }) => severity < INFO);
  assert.deepEqual(worse, []);
});
