import assert from "node:assert/strict";
import { test } from "node:test";
import { areKnown, knownCells, knownSize } from "../../static/js/scene/known_pixels.js";

const SIZES = [
  { width: 960, height: 540 },
  { width: 129, height: 1280 },
  { width: 128, height: 128 },
];

/**
 * @param {{ width: number, height: number }} size
 * @returns {Uint8ClampedArray} the known pixels, the lowest row first
 */
function known({ width, height }) {
  const pixels = new Uint8ClampedArray(4 * width * height).fill(128);
  for (const cell of knownCells({ width, height })) {
    for (let up = cell.bottom; up < cell.bottom + cell.height; up++) {
      for (let x = cell.left; x < cell.left + cell.width; x++) {
        pixels.set([...cell.color.map((part) => 255 * part), 255], 4 * (up * width + x));
      }
    }
  }
  return pixels;
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {(value: number, at: number) => number} change
 */
const changed = (pixels, change) => pixels.map(change);

test("the known pixels fill a picture of any size, and are known from both sides", () => {
  for (const size of SIZES) {
    const pixels = known(size);
    assert.ok(pixels.every((value) => value !== 128));
    assert.ok(areKnown(pixels, size, "lowest"));
    assert.ok(!areKnown(pixels, size, "highest"), "upside down they are others");
  }
  assert.deepEqual(knownSize({ width: 16, height: 1280 }), { width: 128, height: 1280 });
});

test("what browsers hand out in place of pictures is not taken for one", () => {
  for (const size of SIZES) {
    const right = known(size);
    const seen = changed(right, (value, at) => value + ((at * 7) % 3) - 1);
    assert.ok(areKnown(seen, size, "lowest"), "a person does not see such noise");
    const others = {
      white: changed(right, () => 255),
      black: changed(right, () => 0),
      gray: changed(right, () => 128),
      negative: changed(right, (value) => 255 - value),
      stripes: changed(right, (_, at) => [201, 13, 90, 255, 47, 160, 3, 255][at % 8] ?? 0),
      noise: changed(right, () => 256 * Math.random()),
      empty: new Uint8ClampedArray(0),
    };
    for (const [name, pixels] of Object.entries(others)) {
      assert.ok(!areKnown(pixels, size, "lowest"), name);
    }
  }
});
