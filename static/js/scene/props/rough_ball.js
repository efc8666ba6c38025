/** A ball of few faces, none quite like another: leaves, stone, a cloud. */

import { BufferGeometry, Float32BufferAttribute, Vector3 } from "three";

/** @import { Box3 } from "three" */

/** How far its corners are off at most, in parts of its diameter. */
const ROUGH = 0.13;
/** The edges of a body of twenty faces, in its own units, with some room. */
const LONGEST_EDGE = 1.1 * 2;
const GOLDEN = (1 + Math.sqrt(5)) / 2;

/** The corners of a body of twenty faces. */
const CORNERS = [-1, 1].flatMap((a) =>
  [-GOLDEN, GOLDEN].flatMap((b) => [
    new Vector3(0, a, b),
    new Vector3(a, b, 0),
    new Vector3(b, 0, a),
  ]),
);

/** @returns {BufferGeometry} in a box of side 1 about the origin, each face flat */
export function roughBall() {
  const corners = faces().flatMap(quartered).map(roughened);
  const solid = new BufferGeometry();
  const numbers = corners.flatMap((corner) => corner.toArray());
  solid.setAttribute("position", new Float32BufferAttribute(numbers, 3));
  solid.center();
  const { x, y, z } = /** @type {Box3} */ (solid.boundingBox).getSize(new Vector3());
  solid.scale(1 / x, 1 / y, 1 / z);
  solid.computeVertexNormals();
  return solid;
}

/** @typedef {[Vector3, Vector3, Vector3]} Face counterclockwise from outside */

/** @returns {Face[]} all threes of corners that are next to each other */
function faces() {
  /** @type {Face[]} */
  const found = [];
  for (const [i, a] of CORNERS.entries()) {
    for (const [j, b] of CORNERS.slice(0, i).entries()) {
      for (const c of CORNERS.slice(0, j)) {
        const isFace = [a.distanceTo(b), b.distanceTo(c), c.distanceTo(a)].every(
          (length) => length < LONGEST_EDGE,
        );
        if (!isFace) continue;
        const normal = new Vector3().crossVectors(b.clone().sub(a), c.clone().sub(a));
        found.push(normal.dot(a) > 0 ? [a, b, c] : [a, c, b]);
      }
    }
  }
  return found;
}

/**
 * @param {Face} face
 * @returns {Vector3[]} the corners of four in its place, on a ball of radius 1
 */
function quartered([a, b, c]) {
  const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
  const corners = [a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca];
  return corners.map((corner) => corner.clone().normalize());
}

/**
 * @param {Vector3} one
 * @param {Vector3} other
 */
const middle = (one, other) => one.clone().add(other);

/**
 * @param {Vector3} corner
 * @returns {Vector3} as if by chance, but the same for equal corners
 */
function roughened(corner) {
  const { x, y, z } = corner;
  const chance = Math.sin(12.9 * x + 78.2 * y + 37.7 * z) * 43758.5;
  return corner.multiplyScalar(1 + ROUGH * (chance - Math.floor(chance) - 0.5));
}
