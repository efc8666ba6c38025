/** The shape of the model: a faceted bust of our own, whose every side looks different. */

import { IcosahedronGeometry, Matrix4, Vector3 } from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";
import { mirroredRing, skin } from "./facets.js";

/** @import { BufferGeometry } from "three" */

// Each row is a height and then the distances from the axis, from the front to the back.

const TORSO = [
  [-3.25, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98],
  [-3.05, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98, 0.98],
  [-2.92, 0.62, 0.62, 0.62, 0.62, 0.62, 0.62, 0.62, 0.62, 0.62],
  [-2.55, 0.56, 0.56, 0.58, 0.62, 0.64, 0.6, 0.56, 0.54, 0.54],
  [-2.2, 0.9, 0.94, 1.06, 1.18, 1.2, 1.06, 0.88, 0.78, 0.76],
  [-1.6, 1.06, 1.14, 1.34, 1.66, 1.76, 1.5, 1.12, 0.94, 0.9],
  [-1.0, 1.0, 1.1, 1.36, 1.94, 2.14, 1.78, 1.22, 1.0, 0.94],
  [-0.6, 0.8, 0.92, 1.2, 1.76, 2.04, 1.66, 1.16, 0.98, 0.94],
  [-0.3, 0.58, 0.7, 0.92, 1.2, 1.4, 1.24, 1.0, 0.88, 0.86],
  [-0.05, 0.42, 0.52, 0.64, 0.72, 0.78, 0.8, 0.78, 0.74, 0.72],
  [0.3, 0.46, 0.5, 0.54, 0.56, 0.58, 0.6, 0.62, 0.62, 0.62],
  [1.1, 0.56, 0.56, 0.56, 0.56, 0.56, 0.56, 0.56, 0.56, 0.56],
];

const HEAD = [
  [-1.08, 0.72, 0.6, 0.42, 0.34, 0.3, 0.3, 0.3, 0.3, 0.3],
  [-0.92, 0.93, 0.8, 0.62, 0.52, 0.48, 0.48, 0.5, 0.52, 0.52],
  [-0.72, 0.88, 0.82, 0.72, 0.64, 0.62, 0.64, 0.66, 0.66, 0.66],
  [-0.58, 0.98, 0.86, 0.75, 0.68, 0.66, 0.68, 0.7, 0.7, 0.7],
  [-0.5, 0.92, 0.86, 0.77, 0.7, 0.68, 0.7, 0.72, 0.72, 0.72],
  [-0.42, 1, 0.87, 0.79, 0.72, 0.7, 0.74, 0.76, 0.76, 0.76],
  [-0.26, 0.96, 0.86, 0.82, 0.75, 0.72, 0.78, 0.82, 0.84, 0.84],
  [-0.18, 1.24, 0.86, 0.83, 0.76, 0.73, 0.8, 0.85, 0.87, 0.87],
  [0.05, 1.1, 0.84, 0.85, 0.79, 0.76, 0.84, 0.92, 0.95, 0.95],
  [0.26, 0.97, 0.78, 0.8, 0.8, 0.78, 0.88, 0.98, 1.02, 1.02],
  [0.42, 0.98, 0.96, 0.91, 0.83, 0.8, 0.9, 1, 1.05, 1.06],
  [0.66, 0.95, 0.93, 0.89, 0.83, 0.8, 0.9, 1, 1.04, 1.05],
  [0.98, 0.82, 0.82, 0.8, 0.77, 0.76, 0.82, 0.9, 0.92, 0.92],
  [1.24, 0.5, 0.5, 0.5, 0.52, 0.54, 0.58, 0.6, 0.6, 0.6],
];

/** In front it lies inside the head; where it comes out is the hairline. */
const HAIR = [
  [-0.72, 0.2, 0.2, 0.2, 0.2, 0.3, 0.44, 0.56, 0.62, 0.62],
  [-0.5, 0.2, 0.2, 0.2, 0.3, 0.5, 0.74, 0.84, 0.86, 0.84],
  [-0.15, 0.3, 0.3, 0.4, 0.62, 0.86, 0.98, 1.06, 1.08, 1.06],
  [0.25, 0.4, 0.4, 0.6, 0.87, 0.97, 1.08, 1.16, 1.18, 1.18],
  [0.65, 0.5, 0.7, 0.86, 0.95, 1.01, 1.1, 1.18, 1.2, 1.2],
  [1.02, 0.8, 0.86, 0.92, 0.96, 0.98, 1.02, 1.06, 1.08, 1.08],
  [1.32, 0.62, 0.64, 0.68, 0.7, 0.72, 0.74, 0.76, 0.76, 0.76],
  [1.44, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3],
];

/** Angles in radians; the turned head and the hair combed to one side tell left from right. */
const HEAD_SIZE = 1.14;
const HEAD_TURN = 0.36;
const HEAD_NOD = 0.08;
const HAIR_SWEEP = -0.3;
const KNOT_RADIUS = 0.5;

/** @returns {BufferGeometry} 6.5 units tall, within 3.4 of the origin, its front toward +z */
export function sculptureGeometry() {
  const place = new Matrix4()
    .makeRotationY(HEAD_TURN)
    .multiply(new Matrix4().makeRotationX(HEAD_NOD))
    .scale(new Vector3(HEAD_SIZE, HEAD_SIZE, HEAD_SIZE))
    .setPosition(0.04, 1.6, 0.2);
  const knot = new IcosahedronGeometry(KNOT_RADIUS, 1)
    .deleteAttribute("uv")
    .translate(-0.3, 0.5, -1.32);
  return mergeGeometries([
    solid(TORSO),
    solid(HEAD).applyMatrix4(place),
    solid(HAIR).rotateY(HAIR_SWEEP).applyMatrix4(place),
    knot.applyMatrix4(place),
  ]);
}

/**
 * @param {number[][]} rows
 * @returns {BufferGeometry}
 */
function solid(rows) {
  return skin(rows.map(([y = 0, ...radii]) => mirroredRing(y, radii)));
}
