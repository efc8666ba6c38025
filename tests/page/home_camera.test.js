/** How wide the scene's own camera looks, in wide and in narrow pictures. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Box3, PerspectiveCamera, Vector3 } from "three";
import { fovFor, placeAtHome } from "../../static/js/scene/home_camera.js";

/**
 * @param {[number, number, number]} low
 * @param {[number, number, number]} high
 */
const home = (low, high) => ({
  position: new Vector3(0, 1, 6),
  aim: new Vector3(0, 1, 0),
  fovDegrees: 40,
  framed: new Box3(new Vector3(...low), new Vector3(...high)),
});

test("a narrow picture is as wide as what is framed, and a wide one has its own angle", () => {
  const room = home([-1.7, 0, -2], [1.7, 2, 2]);
  assert.equal(fovFor(room, 16 / 9), 40);
  assert.equal(fovFor(room, 4 / 3), 40);
  const camera = new PerspectiveCamera();
  placeAtHome(camera, room, 0.46);
  camera.updateMatrixWorld();
  const corner = new Vector3(1.7, 2, 2).project(camera);
  assert.ok(corner.x < 1 && corner.x > 0.9, `${corner.x}`);
});

test("what fits a narrow picture as it is does not make it look wider", () => {
  assert.equal(fovFor(home([-0.2, 0, -0.2], [0.2, 0.7, 0.2]), 0.46), 40);
  const nothing = { ...home([0, 0, 0], [0, 0, 0]), framed: new Box3() };
  assert.equal(fovFor(nothing, 0.46), 40);
});

test("what is all around makes it look as wide as a picture of 4 to 3, and no wider", () => {
  const tangent = Math.tan((fovFor(home([-50, 0, -50], [50, 9, 50]), 0.5) * Math.PI) / 360);
  assert.ok(Math.abs(tangent * 0.5 - (Math.tan((20 * Math.PI) / 180) * 4) / 3) < 1e-9);
});
