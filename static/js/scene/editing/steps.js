/** How far what a person moves by steps goes with each. */

import { MathUtils } from "three";

/** Of what is seen from top to bottom. */
const SHARE = 0.03;

/**
 * @param {number} away how far from the eye it is, in meters
 * @param {number} fovDegrees from top to bottom
 * @returns {number} 1, 2 or 5 times a power of ten, in meters
 */
export function stepOf(away, fovDegrees) {
  const seen = 2 * Math.max(away, 1e-3) * Math.tan(MathUtils.degToRad(fovDegrees) / 2);
  const wanted = SHARE * seen;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const times = [1, 2, 5, 10].find((each) => each * power >= wanted) ?? 10;
  return Number((times * power).toPrecision(1));
}
