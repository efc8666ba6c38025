/** What becomes of an object when it grows alike in all directions, as the server stretches it. */

/** @import { Arrangement, Entity } from "../../document/schema.js" */

const DISTANCES = /** @type {const} */ (["spacing", "gap", "radius", "rise"]);

/**
 * @param {Entity} entity
 * @param {number} factor
 * @returns {Partial<Entity>} the members that change, but for its position
 */
export function stretched({ size, radius, bevel, points, arrangement, bounds }, factor) {
  const times = (/** @type {number} */ value) => value * factor;
  return {
    ...(size && { size: /** @type {any} */ (size.map(times)) }),
    ...(radius !== undefined && { radius: times(radius) }),
    ...(bevel !== undefined && { bevel: times(bevel) }),
    ...(points && { points: /** @type {any} */ (points.map((point) => point.map(times))) }),
    ...(arrangement && { arrangement: arranged(arrangement, factor) }),
    ...(bounds && { bounds: /** @type {any} */ (bounds.map(times)) }),
  };
}

/**
 * @param {Arrangement} arrangement
 * @param {number} factor
 */
function arranged(arrangement, factor) {
  const wider = { ...arrangement };
  for (const name of DISTANCES) {
    const distance = arrangement[name];
    if (distance !== undefined) wider[name] = distance * factor;
  }
  const [width, depth] = arrangement.area ?? [];
  if (width !== undefined && depth !== undefined) wider.area = [width * factor, depth * factor];
  return wider;
}
