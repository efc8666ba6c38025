/** Shapes that points describe, as the page builds them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Vector3 } from "three";
import { Geometries, shapeOf } from "../../static/js/scene/objects/geometries.js";

/** @import { Entity } from "../../static/js/document/schema.js" */

/** @param {Partial<Entity>} members */
const shape = (members) => {
  const found = shapeOf({
    kind: "tube",
    name: "it",
    position: [0, 0, 0],
    size: [1, 1, 1],
    radius: 0.1,
    ...members,
  });
  assert.ok(found);
  return found;
};

/** @type {[number, number][]} */
const CORNER = [
  [0, 0],
  [1, 0],
  [0, 1],
];

/**
 * @param {Partial<Entity>} members
 * @returns {number} the volume that its faces enclose, above 0 where they look outward
 */
function volume(members) {
  const geometry = shape(members).build().toNonIndexed();
  const corners = geometry.getAttribute("position");
  let sum = 0;
  for (let i = 0; i < corners.count; i += 3) {
    const [a, b, c] = [0, 1, 2].map((at) => new Vector3().fromBufferAttribute(corners, i + at));
    assert.ok(a && b && c);
    sum += a.dot(b.cross(c)) / 6;
  }
  return sum;
}

test("faces look outward and leave no gap, whichever way points lead", () => {
  const straight = [
    [0, -0.5, 0],
    [0, 0.5, 0],
  ];
  const arch = [
    [-1, 0, 0],
    [0, 1, 0],
    [1, 0, 0],
  ];
  const spindle = [
    [0, -1],
    [1, 0],
    [0, 1],
  ];
  for (const turn of [
    (/** @type {any[]} */ each) => each,
    (/** @type {any[]} */ each) => [...each].reverse(),
  ]) {
    const near = (/** @type {number} */ found, /** @type {number} */ wanted) =>
      assert.ok(Math.abs(found - wanted) < 0.03 * wanted, `${found} is not near ${wanted}`);
    near(volume({ points: turn(straight) }), Math.PI / 4);
    near(volume({ kind: "lathe", points: turn(spindle) }), Math.PI / 12);
    near(volume({ kind: "extrude", points: turn(CORNER) }), 0.5);
    assert.ok(volume({ points: turn(arch) }) > 0.05);
    assert.ok(volume({ points: turn(arch), closed: true }) > 0.05);
  }
});

test("equal points share a geometry, however large it is and wherever", () => {
  const all = new Geometries();
  const one = all.take(shape({ kind: "extrude", points: CORNER }));
  const other = all.take(shape({ kind: "extrude", points: [...CORNER], size: [2, 3, 4] }));
  assert.equal(one, other);
  all.take(shape({ kind: "extrude", points: CORNER, bevel: 0.1 }));
  all.take(shape({ kind: "lathe", points: CORNER }));
  assert.equal(all.size, 3);
});

test("the back of what is open or flat is seen", () => {
  assert.equal(
    shape({
      kind: "lathe",
      points: [
        [0, 0],
        [1, 1],
      ],
    }).isThin,
    true,
  );
  assert.equal(
    shape({
      kind: "lathe",
      points: [
        [0, 0],
        [1, 1],
        [0, 2],
      ],
    }).isThin,
    false,
  );
  assert.equal(shape({ kind: "extrude", points: CORNER, size: [1, 1, 0] }).isThin, true);
  assert.equal(shape({ kind: "extrude", points: CORNER }).isThin, false);
});

test("nonsense is drawn as something, and never as what is no number", () => {
  const same = [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ];
  for (const kind of ["tube", "lathe", "extrude"]) {
    for (const points of [
      same,
      [
        [0, 0, 0],
        [1, 1, 1],
        [0, 0, 0],
      ],
    ]) {
      const given = points.map((point) => point.slice(0, kind === "tube" ? 3 : 2));
      for (const closed of [false, true]) {
        const { array } = shape({ kind, points: /** @type {any} */ (given), closed, bevel: 0.4 })
          .build()
          .getAttribute("position");
        assert.ok(array.every(Number.isFinite), kind);
      }
    }
  }
});
