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

test("one with alpha has the colors as they are without it", async () => {
  const pixels = Uint8ClampedArray.from([100, 50, 0, 128, 0, 0, 0, 0]);
  const png = Buffer.from(await pngOf(pixels, { width: 2, height: 1 }, { transparent: true }));
  assert.equal(png.subarray(16, 29).toString("hex"), "00000002000000010806000000");
  const body = png.subarray(41, 41 + png.readUInt32BE(33));
  assert.deepEqual([...inflateSync(body)], [0, 199, 100, 0, 128, 0, 0, 0, 0]);
});
