import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateSync } from "node:zlib";
import { pngOf } from "../../static/js/ui/png.js";

test("a PNG has the pixels that it was given, the highest row first", async () => {
  // Red and green below, blue and white above.
  const pixels = Uint8ClampedArray.from(
    [
      [255, 0, 0, 255],
      [0, 255, 0, 255],
      [0, 0, 255, 255],
      [255, 255, 255, 255],
    ].flat(),
  );
  const png = Buffer.from(await pngOf(pixels, { width: 2, height: 2 }));
  assert.equal(png.subarray(0, 8).toString("hex"), "89504e470d0a1a0a");
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString("latin1", at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
      sum: png.readUInt32BE(at + 8 + length),
    });
    at += 12 + length;
  }
  assert.deepEqual(
    chunks.map(({ type }) => type),
    ["IHDR", "IDAT", "IEND"],
  );
  const [head, body, end] = chunks;
  assert.ok(head && body && end);
  assert.equal(head.data.toString("hex"), "00000002000000020802000000");
  assert.deepEqual(
    [...inflateSync(body.data)],
    [0, 0, 0, 255, 255, 255, 255, 0, 255, 0, 0, 0, 255, 0],
  );
  // That of every PNG's end.
  assert.equal(end.sum, 0xae426082);
});
