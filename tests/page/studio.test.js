import assert from "node:assert/strict";
import { test } from "node:test";
import { Triangle, Vector3 } from "three";
import { position } from "../../static/js/scene/directions.js";
import { mirroredRing, skin } from "../../static/js/scene/facets.js";
import { sculptureGeometry } from "../../static/js/scene/sculpture.js";
import { StudioLight } from "../../static/js/scene/studio_light.js";
import { StudioModel } from "../../static/js/scene/studio_model.js";
import { startDocument } from "./page.js";

/** @type {[string, number, number, number[]][]} */
const DIRECTIONS = [
  ["north is behind the model", 0, 0, [0, 0, -2]],
  ["east is the viewer's right", 90, 0, [2, 0, 0]],
  ["south is toward the camera", 180, 0, [0, 0, 2]],
  ["west is the viewer's left", 270, 0, [-2, 0, 0]],
  ["the zenith is up", 77, 90, [0, 2, 0]],
];
for (const [what, azimuthDegrees, elevationDegrees, expected] of DIRECTIONS) {
  test(what, () => {
    const found = position({ azimuthDegrees, elevationDegrees, distance: 2 }).toArray();
    for (const axis of [0, 1, 2]) {
      assert.ok(Math.abs((found[axis] ?? 9) - (expected[axis] ?? 0)) < 1e-9, `${found}`);
    }
  });
}

test("the key light of the start scene stands in front, right and above, and shines on the model", () => {
  const light = new StudioLight();
  light.show(startDocument().lights.key);
  light.updateMatrixWorld(true);
  assert.ok(light.position.x > 4 && light.position.y > 3 && light.position.z > 4);
  const area = light.children.find((child) => child.type === "RectAreaLight");
  assert.ok(area);
  const shines = new Vector3(0, 0, -1).transformDirection(area.matrixWorld);
  const towardModel = light.position.clone().negate().normalize();
  assert.ok(shines.distanceTo(towardModel) < 1e-6);
});

test("the model turns about the world's vertical first, then pitches, then rolls", () => {
  const model = new StudioModel();
  model.show({ color: "#008688", scale: [1, 1, 1], rotationDegrees: [-90, 90, 0] });
  // Pitched up, the front looks at the sky; turning about the vertical keeps it there.
  const front = new Vector3(0, 0, 1).applyEuler(model.mesh.rotation);
  assert.ok(front.distanceTo(new Vector3(0, 1, 0)) < 1e-6);
  assert.equal(model.mesh.material.color.getHexString(), "008688");
});

test("the sculpture is as large as the studio expects", () => {
  const geometry = sculptureGeometry();
  geometry.computeBoundingBox();
  const { min, max } = /** @type {import("three").Box3} */ (geometry.boundingBox);
  assert.ok(max.y - min.y > 6 && max.y - min.y < 7);
  const points = geometry.getAttribute("position");
  const lengths = Array.from({ length: points.count }, (_, i) =>
    new Vector3().fromBufferAttribute(points, i).length(),
  );
  assert.ok(Math.max(...lengths) <= 3.4, `${Math.max(...lengths)}`);
});

test("every face of a skin looks outward, so that none is dark or missing", () => {
  const octagon = [2, 2, 2, 2, 2];
  const geometry = skin([mirroredRing(-1, octagon), mirroredRing(1, octagon)]);
  const points = geometry.getAttribute("position");
  const corner = (/** @type {number} */ i) => new Vector3().fromBufferAttribute(points, i);
  assert.equal(points.count, 3 * (16 + 8 + 8));
  for (let i = 0; i < points.count; i += 3) {
    const face = new Triangle(corner(i), corner(i + 1), corner(i + 2));
    const outward = face.getMidpoint(new Vector3()).dot(face.getNormal(new Vector3()));
    assert.ok(outward > 0, `face ${i / 3}`);
  }
});
