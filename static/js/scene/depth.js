/** From where to where a camera sees: near enough to cut nothing, and no nearer, for depths grow coarse by it. */

import { Vector3 } from "three";

/** @import { Box3, PerspectiveCamera, Sphere } from "three" */

/** Of how near the nearest thing is. */
const NEAR_SHARE = 0.5;
/** Of how far everything reaches: as near as any camera sees, and as far. */
const NEAREST_SHARE = 5e-4;
const FAR_SHARE = 80;

/**
 * @param {PerspectiveCamera} camera
 * @param {object} things
 * @param {readonly Box3[]} things.boxes of each, in the world
 * @param {Sphere} things.around all of them
 * @param {boolean} things.hasFloor whether there is one, at y = 0
 */
export function fitDepth(camera, { boxes, around, hasFloor }) {
  camera.updateWorldMatrix(true, false);
  const at = new Vector3().setFromMatrixPosition(camera.matrixWorld);
  const reach = at.distanceTo(around.center) + around.radius;
  let nearest = hasFloor ? Math.abs(at.y) : reach;
  for (const box of boxes) nearest = Math.min(nearest, box.distanceToPoint(at));
  camera.near = Math.max(NEAR_SHARE * nearest, NEAREST_SHARE * reach);
  camera.far = FAR_SHARE * reach;
  camera.updateProjectionMatrix();
}
