/** Letters as flat faces, and where their edges go when they grow. */

import { ShapeUtils, Vector2 } from "three";

/**
 * @import { Shape } from "three"
 *
 * @typedef {object} Glyph
 * @property {[number, number][]} corners
 * @property {[number, number][]} outward of each, as far as its edges are moved
 * @property {number[]} faces
 */

/** A corner is moved no farther than this, in widths of the edge. */
const SHARPEST = 1.6;

/**
 * @param {Shape[]} shapes
 * @returns {Glyph}
 */
export function glyphOf(shapes) {
  /** @type {Glyph} */
  const glyph = { corners: [], outward: [], faces: [] };
  for (const shape of shapes) {
    const { shape: around, holes } = shape.extractPoints(1);
    const rings = [around, ...holes].map((ring, at) => directed(open(ring), at > 0));
    const first = glyph.corners.length;
    const [outer = [], ...inner] = rings;
    for (const face of ShapeUtils.triangulateShape(outer, inner)) {
      for (const corner of face) glyph.faces.push(first + corner);
    }
    for (const ring of rings) {
      for (const [at, point] of ring.entries()) {
        glyph.corners.push([point.x, point.y]);
        glyph.outward.push(outwardOf(ring.at(at - 1), point, ring[(at + 1) % ring.length]));
      }
    }
  }
  return glyph;
}

/**
 * @param {Vector2[]} ring
 * @returns {Vector2[]} without its first point at its end
 */
function open(ring) {
  const [first, last] = [ring[0], ring.at(-1)];
  return first && last && ring.length > 1 && first.equals(last) ? ring.slice(0, -1) : ring;
}

/**
 * @param {Vector2[]} ring
 * @param {boolean} isHole
 * @returns {Vector2[]} against the clock, or with it where it is a hole
 */
function directed(ring, isHole) {
  return ShapeUtils.isClockWise(ring) === isHole ? ring : ring.toReversed();
}

/**
 * @param {Vector2 | undefined} before
 * @param {Vector2} at
 * @param {Vector2 | undefined} after
 * @returns {[number, number]} where a corner goes when the edges at both sides are moved out by 1
 */
function outwardOf(before, at, after) {
  if (before === undefined || after === undefined) return [0, 0];
  const [one, other] = [at.clone().sub(before).normalize(), after.clone().sub(at).normalize()];
  const sum = new Vector2(one.y + other.y, -one.x - other.x);
  const length = sum.length();
  if (length < 1e-6) return [one.y, -one.x];
  // The nearer to each other the edges lead, the farther out they meet.
  const far = Math.min(2 / length, SHARPEST);
  return [(sum.x / length) * far, (sum.y / length) * far];
}
