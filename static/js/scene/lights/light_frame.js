/** The outline of an area light, for who wants to see where it is. */

import { Plane, Vector3 } from "three";
import { LineMaterial } from "three/addons/lines/LineMaterial.js";
import { LineSegments2 } from "three/addons/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/addons/lines/LineSegmentsGeometry.js";

/** @import { Ray } from "three" */

/** Only a camera that sees this layer sees the frames. */
export const FRAMES_LAYER = 1;

const WIDTH_PX = 1.5;
/** The four edges of a square of side 1 about the origin, as pairs of ends. */
const EDGES = [
  [-1, -1, 1, -1],
  [1, -1, 1, 1],
  [1, 1, -1, 1],
  [-1, 1, -1, -1],
].flatMap(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => [x1 / 2, y1 / 2, 0, x2 / 2, y2 / 2, 0]);

/** How far beside an edge is near it. */
const EDGE = 0.05;
/** In which they lie. */
const FACE = new Plane(new Vector3(0, 0, 1), 0);
// Of one call at a time.
const plane = new Plane();
const point = new Vector3();

export class LightFrame extends LineSegments2 {
  constructor() {
    const material = new LineMaterial({ linewidth: WIDTH_PX, toneMapped: false, fog: false });
    super(new LineSegmentsGeometry().setPositions(EDGES), material);
    this.layers.set(FRAMES_LAYER);
  }

  /**
   * @param {string} color
   * @param {readonly [number, number]} size width and height in meters
   */
  show(color, [width, height]) {
    this.material.color.set(color);
    this.scale.set(width, height, 1);
  }

  /**
   * @param {Vector3} at in the world
   * @param {Vector3} aim
   */
  place(at, aim) {
    this.position.copy(at);
    this.lookAt(aim);
  }

  /**
   * @param {Ray} ray in the world
   * @returns {number | null} how far away it goes through the rectangle near its edges, in meters;
   *   null where it does not
   */
  distanceAlong(ray) {
    this.updateWorldMatrix(true, false);
    const hit = ray.intersectPlane(plane.copy(FACE).applyMatrix4(this.matrixWorld), point);
    if (hit === null) return null;
    const distance = hit.distanceTo(ray.origin);
    const { x, y } = this.worldToLocal(hit);
    const out = Math.max(Math.abs(x), Math.abs(y));
    return out > 0.5 + EDGE || out < 0.5 - EDGE ? null : distance;
  }

  dispose() {
    this.geometry.dispose();
    this.material.dispose();
  }
}
