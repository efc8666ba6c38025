import assert from "node:assert/strict";
import { test } from "node:test";
import { Triangle, Vector3 } from "three";
import { mirroredRing, skin } from "../../static/js/scene/facets.js";
import { sculptureGeometry } from "../../static/js/scene/sculpture.js";

test("the sculpture is ten times as large as the bust", () => {
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
