/** The shape of the model: a faceted bust of our own, whose every side looks different. */

import {
  BufferGeometry,
  Float32BufferAttribute,
  IcosahedronGeometry,
  Matrix4,
  Vector3,
} from "three";
import { mergeGeometries } from "three/addons/utils/BufferGeometryUtils.js";

const HEAD_CENTER = new Vector3(0.1, 1.62, 0.12);
const HEAD_TURN_RADIANS = 0.38;
const HEAD_TILT_RADIANS = -0.1;
const RING_SEGMENTS = 16;

/**
 * A soft bump or dent on the unit sphere that a head is carved from.
 *
 * @typedef {{ at: [number, number, number], width: [number, number], height: number }} Mark
 */

/** @type {Mark[]} */
const FACE = [
  { at: [0, -0.1, 1], width: [0.13, 0.3], height: 0.3 },
  { at: [0, 0.24, 1], width: [0.5, 0.1], height: 0.1 },
  { at: [0.34, 0.05, 0.92], width: [0.17, 0.13], height: -0.15 },
  { at: [-0.34, 0.05, 0.92], width: [0.17, 0.13], height: -0.15 },
  { at: [0, -0.56, 0.85], width: [0.2, 0.08], height: 0.09 },
  { at: [0, -0.88, 0.55], width: [0.24, 0.16], height: 0.2 },
  { at: [0.55, -0.2, 0.8], width: [0.2, 0.2], height: 0.06 },
  { at: [-0.55, -0.2, 0.8], width: [0.2, 0.2], height: 0.06 },
];

/** Rings from the base to the neck: height, center x and z, radius x and z. */
const TORSO = [
  [-3.2, 0, 0, 0.95, 0.95],
  [-3.0, 0, 0, 0.95, 0.95],
  [-2.85, 0, 0, 0.62, 0.6],
  [-2.5, 0, 0, 0.7, 0.62],
  [-2.05, 0, 0, 1.35, 0.85],
  [-1.45, 0.02, 0, 2.0, 1.02],
  [-0.85, -0.02, -0.02, 2.12, 0.98],
  [-0.42, 0, -0.06, 1.75, 0.84],
  [-0.15, 0.04, -0.08, 1.05, 0.7],
  [0.1, 0.06, -0.06, 0.66, 0.6],
  [0.6, 0.08, 0.0, 0.54, 0.55],
  [1.1, 0.1, 0.06, 0.58, 0.6],
];

/** @returns {BufferGeometry} about 6.5 units tall, within 3.4 of the origin, its front toward +z */
export function sculptureGeometry() {
  const geometry = mergeGeometries([torso(), head(), knot()]);
  geometry.computeVertexNormals();
  return geometry;
}

function head() {
  const geometry = new IcosahedronGeometry(1, 7);
  moveVertices(geometry, carve);
  return geometry.deleteAttribute("uv").applyMatrix4(headPlace());
}

function headPlace() {
  return new Matrix4()
    .makeRotationY(HEAD_TURN_RADIANS)
    .multiply(new Matrix4().makeRotationZ(HEAD_TILT_RADIANS))
    .setPosition(HEAD_CENTER);
}

/** @param {Vector3} point on the unit sphere; becomes its place on the head */
function carve(point) {
  const { x, y, z } = point;
  let radius = 1 + FACE.reduce((sum, mark) => sum + markHeight(mark, point), 0);
  const hair = z < 0.42 + 0.25 * x && y > -0.35 - 0.3 * z;
  if (hair) radius += 0.13;
  const jaw = y < 0 ? 1 - 0.28 * y * y : 1;
  point
    .set(x * 0.98 * jaw, y * 1.36, z * 1.1 * (y < 0 ? 1 - 0.12 * y * y : 1))
    .multiplyScalar(radius);
}

/**
 * @param {Mark} mark
 * @param {Vector3} point
 */
function markHeight({ at, width, height }, point) {
  const [x, y, z] = at;
  if (point.z * z < 0) return 0;
  const across = (point.x - x) / width[0];
  const along = (point.y - y) / width[1];
  return height * Math.exp(-(across * across + along * along) / 2);
}

function knot() {
  const geometry = new IcosahedronGeometry(0.52, 1);
  return geometry.deleteAttribute("uv").translate(-0.35, 0.55, -1.25).applyMatrix4(headPlace());
}

function torso() {
  const rings = TORSO.map(([y = 0, cx = 0, cz = 0, rx = 0, rz = 0]) =>
    Array.from({ length: RING_SEGMENTS }, (_, i) => {
      const angle = (2 * Math.PI * (i + 0.5)) / RING_SEGMENTS;
      return new Vector3(cx + rx * Math.sin(angle), y, cz + rz * Math.cos(angle));
    }),
  );
  const faces = [];
  for (let r = 0; r + 1 < rings.length; r++) {
    for (let i = 0; i < RING_SEGMENTS; i++) {
      const j = (i + 1) % RING_SEGMENTS;
      const [a, b, c, d] = [rings[r]?.[i], rings[r]?.[j], rings[r + 1]?.[j], rings[r + 1]?.[i]];
      faces.push(a, b, c, a, c, d);
    }
  }
  const first = rings[0] ?? [];
  for (let i = 1; i + 1 < RING_SEGMENTS; i++) faces.push(first[0], first[i + 1], first[i]);
  const points = /** @type {Vector3[]} */ (faces);
  const geometry = new BufferGeometry();
  geometry.setAttribute(
    "position",
    new Float32BufferAttribute(
      points.flatMap((point) => point.toArray()),
      3,
    ),
  );
  geometry.computeVertexNormals();
  return geometry;
}

/**
 * @param {BufferGeometry} geometry
 * @param {(point: Vector3) => void} move
 */
function moveVertices(geometry, move) {
  const positions = geometry.getAttribute("position");
  const point = new Vector3();
  for (let i = 0; i < positions.count; i++) {
    move(point.fromBufferAttribute(positions, i));
    positions.setXYZ(i, point.x, point.y, point.z);
  }
}
