/** Faceted solids made by stretching a skin over rings of points. */

import { BufferGeometry, Float32BufferAttribute, Vector3 } from "three";

/** @typedef {Vector3[]} Ring points in order, counterclockwise seen from above */

/**
 * A ring given by its distance from the axis in equal steps of angle from the front (+z) round
 * to the back; the other side is its mirror image.
 *
 * @param {number} y
 * @param {readonly number[]} radii first the front, last the back
 * @returns {Ring}
 */
export function mirroredRing(y, radii) {
  const steps = radii.length - 1;
  return Array.from({ length: 2 * steps }, (_, i) => {
    const radius = radii[i <= steps ? i : 2 * steps - i] ?? 0;
    const angle = (Math.PI * i) / steps;
    return new Vector3(radius * Math.sin(angle), y, radius * Math.cos(angle));
  });
}

/**
 * @param {readonly Ring[]} rings from the lowest to the highest, all of the same length
 * @returns {BufferGeometry} closed at both ends; no vertex is shared, so that each face is flat
 */
export function skin(rings) {
  const bands = rings.slice(1).flatMap((upper, i) => band(rings[i] ?? [], upper));
  const bottom = fan((rings[0] ?? []).toReversed());
  const top = fan(rings.at(-1) ?? []);
  const points = [...bottom, ...bands, ...top];
  const geometry = new BufferGeometry();
  const coordinates = points.flatMap((point) => point.toArray());
  geometry.setAttribute("position", new Float32BufferAttribute(coordinates, 3));
  geometry.computeVertexNormals();
  return geometry;
}

/**
 * @param {Ring} lower
 * @param {Ring} upper
 * @returns {Vector3[]} corners of triangles
 */
function band(lower, upper) {
  return lower.flatMap((point, i) => {
    const next = (i + 1) % lower.length;
    const [right, above, aboveRight] = [lower[next], upper[i], upper[next]];
    return right && above && aboveRight ? [point, right, aboveRight, point, aboveRight, above] : [];
  });
}

/**
 * @param {Ring} ring
 * @returns {Vector3[]} corners of triangles that close it
 */
function fan(ring) {
  const middle = ring
    .reduce((sum, point) => sum.add(point), new Vector3())
    .divideScalar(ring.length);
  return ring.flatMap((point, i) => [point, ring[(i + 1) % ring.length] ?? point, middle]);
}
