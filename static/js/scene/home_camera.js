/** Where the scene's own camera stands, and how wide it looks. */

import { MathUtils, Matrix4, Vector3 } from "three";

/**
 * @import { Box3, PerspectiveCamera } from "three"
 * @import { ViewCamera } from "../net/messages.js"
 *
 * @typedef {object} Home the scene's camera in the world
 * @property {Vector3} position
 * @property {Vector3} aim
 * @property {number} fovDegrees from top to bottom, in a picture that is not narrow
 * @property {Box3} framed what must not be cut off at the sides; empty for nothing
 */

/** Width by height: a narrower picture shows at its sides what one of this form would. */
const NARROW = 4 / 3;
/** Beside what is framed, as a share of it. */
const MARGIN = 1.06;
const UP = new Vector3(0, 1, 0);

/**
 * @param {PerspectiveCamera} camera
 * @param {Home} home
 * @param {number} aspect width by height
 */
export function placeAtHome(camera, home, aspect) {
  camera.position.copy(home.position);
  camera.lookAt(home.aim);
  camera.fov = fovFor(home, aspect);
  camera.aspect = aspect;
  camera.updateProjectionMatrix();
}

/**
 * @param {PerspectiveCamera} camera
 * @param {ViewCamera} view
 * @param {number} aspect width by height
 */
export function placeAsAsked(camera, { position, aim, fov }, aspect) {
  camera.position.set(...position);
  camera.lookAt(...aim);
  camera.fov = fov;
  camera.aspect = aspect;
  camera.updateProjectionMatrix();
}

/**
 * A narrow picture is taken from the same place, and looks up and down farther, so that what is
 * framed is as wide as the picture.
 *
 * @param {Home} home
 * @param {number} aspect width by height
 * @returns {number} degrees from top to bottom
 */
export function fovFor({ position, aim, fovDegrees, framed }, aspect) {
  if (aspect >= NARROW || framed.isEmpty()) return fovDegrees;
  const tangent = Math.tan(MathUtils.degToRad(fovDegrees) / 2);
  const toView = new Matrix4().lookAt(position, aim, UP).setPosition(position).invert();
  const wanted = Math.min(MARGIN * widest(framed, toView), NARROW * tangent);
  return 2 * MathUtils.radToDeg(Math.atan(Math.max(wanted / aspect, tangent)));
}

/**
 * @param {Box3} box
 * @param {Matrix4} toView
 * @returns {number} how far its corners are from the middle of the picture, as tangents
 */
function widest({ min, max }, toView) {
  const corners = [min.x, max.x].flatMap((x) =>
    [min.y, max.y].flatMap((y) => [min.z, max.z].map((z) => new Vector3(x, y, z))),
  );
  const tangents = corners.map((corner) => {
    const { x, z } = corner.applyMatrix4(toView);
    return z < 0 ? Math.abs(x / z) : Number.POSITIVE_INFINITY;
  });
  return Math.max(...tangents);
}
