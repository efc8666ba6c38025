/** What is packed comes out of the check as three.js draws it without decoders, in the same box. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, copyFileSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { Document, NodeIO } from "@gltf-transform/core";
import {
  EXTMeshoptCompression,
  KHRDracoMeshCompression,
  KHRMeshQuantization,
} from "@gltf-transform/extensions";
import { quantize } from "@gltf-transform/functions";
import draco3d from "draco3dgltf";
import { MeshoptEncoder } from "meshoptimizer";
import { SphereGeometry } from "three";

const RADIUS = 1.5;

/** @returns {Document} a ball, its middle at x = 5 */
function ball() {
  const document = new Document();
  const buffer = document.createBuffer();
  const geometry = new SphereGeometry(RADIUS, 32, 16);
  const vertices = (/** @type {"position" | "normal"} */ name) =>
    document
      .createAccessor()
      .setType("VEC3")
      .setArray(new Float32Array(geometry.getAttribute(name).array))
      .setBuffer(buffer);
  const indices = document
    .createAccessor()
    .setArray(new Uint16Array(geometry.index?.array ?? []))
    .setBuffer(buffer);
  const primitive = document
    .createPrimitive()
    .setIndices(indices)
    .setAttribute("POSITION", vertices("position"))
    .setAttribute("NORMAL", vertices("normal"))
    .setMaterial(document.createMaterial("paint"));
  const mesh = document.createMesh().addPrimitive(primitive);
  const node = document.createNode("ball").setMesh(mesh).setTranslation([5, 0, 0]);
  document.createScene().addChild(node);
  return document;
}

/** @param {Uint8Array} file */
function checked(file) {
  const folder = mkdtempSync(join(tmpdir(), "checker-"));
  // As installed: there no packages of npm stand beside it.
  copyFileSync("build/checker.mjs", join(folder, "checker.mjs"));
  const path = join(folder, "plain.glb");
  const plain = openSync(path, "w");
  try {
    const { stdout } = spawnSync(process.execPath, [join(folder, "checker.mjs")], {
      input: file,
      stdio: ["pipe", "pipe", "inherit", plain],
    });
    const answer = JSON.parse(stdout.toString());
    const written = readFileSync(path);
    const json = written.subarray(20, 20 + written.readUInt32LE(12)).toString();
    return { ...answer, document: JSON.parse(json) };
  } finally {
    closeSync(plain);
    rmSync(folder, { recursive: true });
  }
}

/** @type {Record<string, (document: Document) => Promise<unknown> | unknown>} */
const PACKED = {
  plain: () => {},
  quantized: (document) => document.transform(quantize()),
  draco: (document) => document.createExtension(KHRDracoMeshCompression).setRequired(true),
  meshopt: (document) => document.createExtension(EXTMeshoptCompression).setRequired(true),
};

for (const [name, pack] of Object.entries(PACKED)) {
  test(`a ball that is ${name} has its box, and needs no decoder`, async () => {
    const document = ball();
    await pack(document);
    const io = new NodeIO()
      .registerExtensions([KHRDracoMeshCompression, EXTMeshoptCompression, KHRMeshQuantization])
      .registerDependencies({
        "draco3d.encoder": await draco3d.createEncoderModule(),
        "meshopt.encoder": MeshoptEncoder,
      });
    await MeshoptEncoder.ready;
    const file = await io.writeBinary(document);
    assert.equal(/KHR_draco|EXT_meshopt/.test(`${Buffer.from(file)}`), /draco|meshopt/.test(name));
    const { facts, document: made } = checked(file);
    assert.deepEqual(facts.parts, ["ball"]);
    for (const axis of [0, 1, 2]) {
      const size = facts.max[axis] - facts.min[axis];
      assert.ok(Math.abs(size - 2 * RADIUS) < 0.01 * 2 * RADIUS, `${size}`);
      const middle = (facts.max[axis] + facts.min[axis]) / 2;
      assert.ok(Math.abs(middle - (axis === 0 ? 5 : 0)) < 0.01 * RADIUS, `${middle}`);
    }
    const left = (made.extensionsRequired ?? []).filter(
      (/** @type {string} */ each) => each !== "KHR_mesh_quantization",
    );
    assert.deepEqual(left, []);
  });
}
