import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileName } from "../../static/js/ui/downloads.js";
import { filmSize, turned } from "../../static/js/ui/turntable.js";

test("a turn walks around what is looked at, at its height, and ends where it began", () => {
  const camera = {
    position: /** @type {[number, number, number]} */ ([1, 2, 4]),
    aim: /** @type {[number, number, number]} */ ([1, 0.5, 1]),
    fov: 30,
  };
  const near = (/** @type {number} */ share, /** @type {number[]} */ expected) => {
    const { position, aim, fov } = turned(camera, share);
    for (const [axis, value] of expected.entries()) {
      assert.ok(Math.abs((position[axis] ?? Number.NaN) - value) < 1e-9);
    }
    assert.deepEqual([aim, fov], [camera.aim, camera.fov]);
  };
  near(0, [1, 2, 4]);
  near(0.25, [4, 2, 1]);
  near(0.5, [1, 2, -2]);
  near(1, [1, 2, 4]);
});

test("a film has the shape of the picture, in even numbers", () => {
  assert.deepEqual(filmSize({ width: 2560, height: 1441 }, 1280), { width: 1280, height: 720 });
  assert.deepEqual(filmSize({ width: 375, height: 741 }, 1280), { width: 376, height: 742 });
  assert.deepEqual(filmSize({ width: 3000, height: 1 }, 640), { width: 640, height: 2 });
});

test("a file is called as what is in it, as every file system takes it", () => {
  const file = new URL("../fixtures/file_names.json", import.meta.url);
  for (const [name, extension, expected] of JSON.parse(readFileSync(file, "utf8"))) {
    assert.equal(fileName(name, extension), expected);
  }
  assert.equal(fileName("a".repeat(500), "json"), `${"a".repeat(60)}.json`);
});
