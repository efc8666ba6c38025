/** The solids that props are made of: fewer faces than those that stand by themselves. */

import {
  BoxGeometry,
  CapsuleGeometry,
  CatmullRomCurve3,
  ConeGeometry,
  CylinderGeometry,
  ExtrudeGeometry,
  LatheGeometry,
  Shape,
  SphereGeometry,
  TorusGeometry,
  TubeGeometry,
  Vector2,
  Vector3,
} from "three";
import { RoundedBoxGeometry } from "three/addons/geometries/RoundedBoxGeometry.js";
import { roughBall } from "./rough_ball.js";

/**
 * @import { BufferGeometry } from "three"
 * @import { Part, Triple } from "./parts.js"
 *
 * @typedef {typeof import("three/addons/utils/BufferGeometryUtils.js")} Utilities
 * @typedef {Pick<Utilities, "mergeGeometries" | "toCreasedNormals">} Tools
 *
 * @typedef {(part: Part, segments: number, tools: Tools) => BufferGeometry} Solid about its center,
 *   unturned
 */

/** Around what is round, and around what is small beside the whole prop. */
const SEGMENTS = 32;
const FEW_SEGMENTS = 12;
/** Of the longest side of the prop. */
const SMALL = 0.15;
/** Of what it has room for, at most. */
const MOST_ROUND = 0.49;
/** Faces that meet in a smaller angle are seen as one curve, in radians. */
const CREASE = 0.6;
/** Of a profile, whose points are few. */
const CREASE_OF_A_LATHE = 0.95;

/**
 * @param {Part} part
 * @param {number} longest side of the prop
 * @param {Tools} tools
 * @returns {BufferGeometry} about its center, unturned
 */
export function solidOf(part, longest, tools) {
  const build = SOLIDS[part.kind] ?? box;
  const isSmall = Math.max(...part.size) < SMALL * longest;
  const solid = build(part, isSmall ? FEW_SEGMENTS : SEGMENTS, tools);
  return part.isFlat ? faceted(solid) : solid;
}

/** @type {Solid} */
function box({ size: [width, height, depth], radius }, segments) {
  const round = Math.min(radius, MOST_ROUND * Math.min(width, height, depth));
  if (round <= 0) return new BoxGeometry(width, height, depth);
  return new RoundedBoxGeometry(width, height, depth, segments === SEGMENTS ? 2 : 1, round);
}

/** @type {Solid} */
function sphere({ size, isFlat }, segments) {
  if (isFlat) return roughBall().scale(...size);
  return new SphereGeometry(0.5, segments, segments / 2).scale(...size);
}

/** @type {Solid} */
const cylinder = ({ size, isFlat }, segments) =>
  new CylinderGeometry(0.5, 0.5, 1, isFlat ? FEW_SEGMENTS : segments).scale(...size);

/** @type {Solid} */
const cone = ({ size, isFlat }, segments) =>
  new ConeGeometry(0.5, 1, isFlat ? FEW_SEGMENTS : segments).scale(...size);

/** @type {Solid} */
function capsule(part, segments, tools) {
  const [width, height, depth] = part.size;
  if (height <= width || width === 0) return sphere(part, segments, tools);
  const solid = new CapsuleGeometry(0.5, height / width - 1, segments / 4, segments);
  return solid.scale(width, width, depth);
}

/** @type {Solid} about its thinnest axis */
function torus(part, segments, tools) {
  const { size } = part;
  const axis = size.indexOf(Math.min(...size));
  const thick = size[axis] ?? 0;
  const [wide = 0, deep = 0] = size.filter((_, each) => each !== axis);
  if (wide <= thick || deep <= thick) return sphere(part, segments, tools);
  const tube = thick / wide / 2;
  const solid = new TorusGeometry(0.5 - tube, tube, FEW_SEGMENTS, SEGMENTS);
  if (axis === 0) solid.rotateY(Math.PI / 2);
  if (axis === 1) solid.rotateX(Math.PI / 2);
  const scale = size.map((side, each) => (each === axis ? wide : side));
  return solid.scale(.../** @type {Triple} */ (scale));
}

/** @type {Solid} as deep as it is wide at first */
function lathe({ size: [width, , depth], points, isFlat }, segments, { toCreasedNormals }) {
  const profile = points.map(([radius = 0, height = 0]) => new Vector2(radius, height));
  const solid = new LatheGeometry(upward(profile), isFlat ? FEW_SEGMENTS : segments);
  return toCreasedNormals(solid.scale(1, 1, width > 0 ? depth / width : 1), CREASE_OF_A_LATHE);
}

/** @type {Solid} */
function extrude({ size: [, , depth], points, radius }, _, { toCreasedNormals }) {
  const outline = points.map(([x = 0, y = 0]) => new Vector2(x, y));
  const bevel = Math.min(radius, MOST_ROUND * depth);
  const solid = new ExtrudeGeometry(new Shape(outline), {
    depth: depth - 2 * bevel,
    bevelEnabled: bevel > 0,
    bevelSize: bevel,
    bevelOffset: -bevel,
    bevelThickness: bevel,
    bevelSegments: 2,
  });
  return toCreasedNormals(solid.translate(0, 0, bevel - depth / 2), CREASE);
}

/** @type {Solid} */
function tube({ points, radius }) {
  const line = points.map(([x, y, z]) => new Vector3(x, y, z));
  const pieces = 6 * (line.length - 1);
  return new TubeGeometry(new CatmullRomCurve3(line), pieces, radius, FEW_SEGMENTS);
}

/** @type {Record<string, Solid>} */
const SOLIDS = { box, sphere, cylinder, cone, capsule, torus, lathe, extrude, tube };

/**
 * @param {Vector2[]} profile
 * @returns {Vector2[]} led so that faces look outward
 */
function upward(profile) {
  const area = profile.reduce((sum, point, index) => {
    return sum + point.cross(/** @type {Vector2} */ (profile[(index + 1) % profile.length]));
  }, 0);
  return area < 0 ? profile.reverse() : profile;
}

/** @param {BufferGeometry} solid */
function faceted(solid) {
  const whole = solid.index === null ? solid : solid.toNonIndexed();
  whole.computeVertexNormals();
  return whole;
}
