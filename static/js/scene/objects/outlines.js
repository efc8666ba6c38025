/**
 * The shapes that points describe: tubes along curves, profiles turned round, outlines made deep.
 *
 * What the server reckons with is in sessions_app/scene/geometry/outlines.py; a test keeps them
 * equal.
 */

import {
  BufferGeometry,
  CatmullRomCurve3,
  CircleGeometry,
  ExtrudeGeometry,
  LatheGeometry,
  Matrix4,
  Shape as Outline,
  ShapeGeometry,
  TubeGeometry,
  Vector2,
  Vector3,
} from "three";
import { mergeGeometries, toCreasedNormals } from "three/addons/utils/BufferGeometryUtils.js";

/**
 * @import { Box3 } from "three"
 * @import { Entity } from "../../document/schema.js"
 * @import { Shape, Size } from "./geometries.js"
 */

/** Around a tube. */
const AROUND = 24;
/** Around a lathe. */
const TURNS = 64;
/** A tube has at most this many pieces, and at most this many from point to point. */
const MOST_PIECES = 144;
const MOST_PIECES_OF_A_SPAN = 12;
const BEVEL_SEGMENTS = 3;
/** Of what a bevel may take of the depth at most. */
const MOST_OF_DEPTH = 0.49;
/** Faces that meet in a smaller angle are seen as one curve, in radians. */
const CREASE = 0.36;
/** Of a profile, whose points are few. */
const CREASE_OF_A_LATHE = 0.7;

/**
 * @param {Entity} entity
 * @returns {Shape | null} null for an entity of another kind, or without points
 */
export function outlinedShape({ kind, size, points, radius = 0, closed = false, bevel = 0 }) {
  const [x = 0, y = 0, z = 0] = size ?? [];
  if (points === undefined || points.length < 2) return null;
  const scale = /** @type {Size} */ ([x, y, z]);
  const key = JSON.stringify(points);
  switch (kind) {
    case "tube":
      return {
        key: `tube ${radius} ${closed} ${key}`,
        build: () => fitted(tube(vectors(points), radius, closed)),
        scale,
      };
    case "lathe":
      return {
        key: `lathe ${key}`,
        isThin: !isSealed(points),
        build: () => fitted(turned(pairs(points))),
        scale,
      };
    case "extrude": {
      const edge = Math.min(bevel, MOST_OF_DEPTH * z);
      return {
        key: z > 0 ? `extrude ${edge > 0 ? [edge, z] : ""} ${key}` : `flat ${key}`,
        isThin: z === 0,
        build: () => fitted(extruded(pairs(points), z, edge)),
        scale,
      };
    }
    default:
      return null;
  }
}

/** @param {number[][]} points */
const vectors = (points) => points.map(([x, y, z]) => new Vector3(x, y, z));

/** @param {number[][]} points */
const pairs = (points) => points.map(([x, y]) => new Vector2(x, y));

/**
 * @param {BufferGeometry} geometry
 * @returns {BufferGeometry} in a box of side 1 about the origin; flat where it was flat
 */
function fitted(geometry) {
  geometry.center();
  const { x, y, z } = /** @type {Box3} */ (geometry.boundingBox).getSize(new Vector3());
  return geometry.scale(1 / (x || 1), 1 / (y || 1), 1 / (z || 1));
}

/** A curve whose pieces are alike in number, not in length, from point to point. */
class Curve extends CatmullRomCurve3 {
  /**
   * @param {number} at
   * @param {Vector3} [into]
   */
  getPointAt(at, into) {
    return this.getPoint(at, into);
  }

  /**
   * @param {number} at
   * @param {Vector3} [into]
   */
  getTangentAt(at, into) {
    return this.getTangent(at, into);
  }
}

/**
 * @param {Vector3[]} points
 * @param {number} radius
 * @param {boolean} closed
 * @returns {BufferGeometry} with a disk at each end
 */
function tube(points, radius, closed) {
  const spans = points.length - (closed ? 0 : 1);
  const each = Math.min(MOST_PIECES_OF_A_SPAN, Math.max(1, Math.floor(MOST_PIECES / spans)));
  const pieces = spans === 1 ? 1 : spans * each;
  const curve = new Curve(points, closed);
  const mantle = new TubeGeometry(curve, pieces, radius, AROUND, closed);
  if (closed) return mantle;
  const ends = [0, pieces].map((piece) => {
    const [normal, binormal, tangent] = [mantle.normals, mantle.binormals, mantle.tangents].map(
      (list) => /** @type {Vector3} */ (list[piece]).clone(),
    );
    if (piece === 0) {
      binormal?.negate();
      tangent?.negate();
    }
    const frame = new Matrix4().makeBasis(
      /** @type {Vector3} */ (normal),
      /** @type {Vector3} */ (binormal),
      /** @type {Vector3} */ (tangent),
    );
    frame.setPosition(curve.getPoint(piece / pieces));
    return new CircleGeometry(radius, AROUND).applyMatrix4(frame);
  });
  return mergeGeometries([mantle, ...ends]);
}

/** @param {Vector2[]} profile */
const turned = (profile) =>
  toCreasedNormals(new LatheGeometry(upward(profile), TURNS), CREASE_OF_A_LATHE);

/**
 * @param {number[][]} points radii and heights
 * @returns {boolean} whether nothing is seen of its inside
 */
function isSealed(points) {
  const [first = [], last = []] = [points[0], points.at(-1)];
  const isRound = first[0] === last[0] && first[1] === last[1];
  return isRound || (first[0] === 0 && last[0] === 0);
}

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

/**
 * @param {Vector2[]} outline
 * @param {number} depth
 * @param {number} bevel
 */
function extruded(outline, depth, bevel) {
  const shape = new Outline(outline);
  if (depth === 0) return new ShapeGeometry(shape);
  const geometry = new ExtrudeGeometry(shape, {
    depth: bevel > 0 ? depth - 2 * bevel : 1,
    bevelEnabled: bevel > 0,
    bevelSize: bevel,
    bevelOffset: -bevel,
    bevelThickness: bevel,
    bevelSegments: BEVEL_SEGMENTS,
  });
  return toCreasedNormals(geometry, CREASE);
}
