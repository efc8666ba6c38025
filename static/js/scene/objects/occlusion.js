/** How little of what is around the corners of a solid see: its hollows are darker. */

import { BufferAttribute, Triangle, Vector3 } from "three";

/** @import { BufferGeometry } from "three" */

/** By how much what is hidden darkens: more than it would, for hollows make the form of a face. */
const STRENGTH = 1.75;

/**
 * Paints each corner by what the faces hide from it, each face being taken for a disk that is as
 * large: after Bunnell, Dynamic Ambient Occlusion and Indirect Lighting (2005).
 *
 * @param {BufferGeometry} geometry of triangles that share no corners, with normals
 * @returns {BufferGeometry} the same one, with colors
 */
export function paintHollows(geometry) {
  const points = geometry.getAttribute("position");
  const normals = geometry.getAttribute("normal");
  const faces = facesOf(geometry);
  const colors = new Float32Array(3 * points.count);
  const point = new Vector3();
  const normal = new Vector3();
  for (let i = 0; i < points.count; i++) {
    point.fromBufferAttribute(points, i);
    normal.fromBufferAttribute(normals, i);
    const seen = Math.max(0, 1 - STRENGTH * hiddenFrom(point, normal, faces));
    colors.fill(seen, 3 * i, 3 * i + 3);
  }
  return geometry.setAttribute("color", new BufferAttribute(colors, 3));
}

/**
 * @typedef {{ middle: Vector3, normal: Vector3, area: number }} Face
 *
 * @param {BufferGeometry} geometry
 * @returns {Face[]}
 */
function facesOf(geometry) {
  const points = geometry.getAttribute("position");
  const corner = (/** @type {number} */ i) => new Vector3().fromBufferAttribute(points, i);
  return Array.from({ length: points.count / 3 }, (_, i) => {
    const face = new Triangle(corner(3 * i), corner(3 * i + 1), corner(3 * i + 2));
    const [middle, normal] = [face.getMidpoint(new Vector3()), face.getNormal(new Vector3())];
    return { middle, normal, area: face.getArea() };
  });
}

const toward = new Vector3();

/**
 * @param {Vector3} point
 * @param {Vector3} normal
 * @param {Face[]} faces
 * @returns {number} the share of what is around that the faces hide, weighted by the cosine
 */
function hiddenFrom(point, normal, faces) {
  let hidden = 0;
  for (const face of faces) {
    toward.subVectors(face.middle, point);
    const distanceSquared = toward.lengthSq();
    const ahead = toward.dot(normal);
    const facing = -toward.dot(face.normal);
    if (ahead <= 0 || facing <= 0) continue;
    const cosines = (ahead * facing) / distanceSquared;
    hidden += (face.area * cosines) / (Math.PI * distanceSquared + face.area);
  }
  return Math.min(hidden, 1);
}
