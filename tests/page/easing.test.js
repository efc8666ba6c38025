/** Scenes between two documents: what is on its way, and what is there at once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { patched } from "../../static/js/document/patch.js";
import { between } from "../../static/js/scene/easing.js";
import { startDocument } from "./page.js";

/**
 * @param {[path: string, value: unknown][]} changes
 * @param {number} share
 */
function halfway(changes, share = 0.5) {
  const before = startDocument();
  const patch = changes.map(([path, value]) => ({ op: "add", path, value }));
  const { document } = patched(before, patch);
  return { before, after: document, drawn: between(before, document, share) };
}

test("place, size, color, light and camera are on their way, and nothing else is touched", () => {
  const { before, after, drawn } = halfway([
    ["/objects/o1/position", [1, 0.3255, 0]],
    ["/objects/o1/size", [0.428, 1.651, 0.309]],
    ["/objects/o1/material/color", "#ff0001"],
    ["/objects/o2/intensity", 4.5],
    ["/objects/o4/fov", 42],
    ["/environment/background", ["#000000", "#8a9ba1"]],
  ]);
  const { o1, o2, o3, o4 } = drawn.objects;
  assert.deepEqual(o1?.position, [0.5, 0.3255, 0]);
  assert.deepEqual(o1?.size, [0.428, 1.151, 0.309]);
  assert.equal(o1?.material?.color, "#ff8080");
  assert.equal(o2?.intensity, 3.5);
  assert.equal(o4?.fov, 37);
  assert.equal(o3, before.objects.o3);
  assert.deepEqual(drawn.environment.background, ["#13191c", "#8a9ba1"]);
  assert.equal(drawn.environment.floor, after.environment.floor);
});

test("what turns goes the shorter way round, also from where it stood straight", () => {
  const { drawn } = halfway([["/objects/o1/rotation", [0, 350, 20]]]);
  assert.deepEqual(drawn.objects.o1?.rotation, [0, 355, 10]);
});

test("what comes, and what becomes something else, is there at once", () => {
  const { after, drawn } = halfway([
    ["/objects/o5", { name: "box", kind: "box", position: [0, 0, 0], size: [1, 1, 1] }],
    ["/objects/o1", { name: "model", kind: "sphere", position: [9, 0, 0], size: [1, 1, 1] }],
    ["/objects/o2/aim", "o1"],
    ["/environment/floor", "grid"],
  ]);
  assert.equal(drawn, after);
});

test("at the end of the way all numbers are those of the later document", () => {
  const changes = /** @type {[string, unknown][]} */ ([
    ["/objects/o1/rotation", [10, 20, 30]],
    ["/objects/o2/color", "#123456"],
  ]);
  const { after, drawn } = halfway(changes, 1);
  assert.deepEqual(drawn, after);
});
