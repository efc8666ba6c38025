import assert from "node:assert/strict";
import { test } from "node:test";
import { pngFile } from "../../static/js/ui/made_files.js";

const SIZE = { width: 2, height: 2 };

/**
 * @param {Uint8ClampedArray<ArrayBuffer>} pixels
 * @returns {Parameters<typeof pngFile>[0]} that draws these, and hands out noise
 */
function stageOf(pixels) {
  const pictures = [{ pixels, marks: [] }];
  return {
    webgl: "ok",
    snapshots: () => ({ revision: 1, document: /** @type {any} */ ({}), pictures }),
    knownPixels: ({ width, height }) => new Uint8ClampedArray(4 * width * height),
  };
}

test("what a device has no memory for is no picture", async () => {
  const empty = stageOf(new Uint8ClampedArray(16));
  await assert.rejects(pngFile(empty, { size: SIZE }), { message: "The picture is empty." });
});

test("what a browser does not hand out is no picture either, drawn or transparent", async () => {
  const drawn = stageOf(new Uint8ClampedArray(16).fill(255));
  await assert.rejects(pngFile(drawn, { size: SIZE }), { code: "no_readback" });
  const bare = stageOf(new Uint8ClampedArray(16));
  await assert.rejects(pngFile(bare, { size: SIZE, transparent: true }), { code: "no_readback" });
  const lost = { ...drawn, webgl: /** @type {const} */ ("lost") };
  await assert.rejects(pngFile(lost, { size: SIZE }), { code: "no_webgl" });
});
