/** Where a spherical place of the scene document lies in three's coordinates. */

import { MathUtils, Vector3 } from "three";

/**
 * @import { Camera } from "../document/schema.js"
 *
 * @typedef {Pick<Camera, "azimuthDegrees" | "elevationDegrees" | "distance">} Spherical
 */

/**
 * Azimuth is a compass seen from above: 0 = behind the model (-z), 90 = the viewer's right (+x),
 * 180 = toward the camera (+z); elevation 90 = straight up (+y).
 *
 * @param {Spherical} place
 * @returns {Vector3}
 */
export function position({ azimuthDegrees, elevationDegrees, distance }) {
  const azimuth = MathUtils.degToRad(azimuthDegrees);
  const elevation = MathUtils.degToRad(elevationDegrees);
  const horizontal = distance * Math.cos(elevation);
  return new Vector3(
    horizontal * Math.sin(azimuth),
    distance * Math.sin(elevation),
    -horizontal * Math.cos(azimuth),
  );
}
