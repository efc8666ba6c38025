/** How bright a light at a point must be to stand in for one that is a rectangle. */

/**
 * The share of what a point receives from all sides that a rectangle fills, by its cosine: the
 * configuration factor from a small surface to a rectangle that faces it, centered on its axis.
 *
 * @param {number} width in meters
 * @param {number} height
 * @param {number} distance
 * @returns {number} from 0 to 1
 */
export function configurationFactor(width, height, distance) {
  const x = width / 2 / distance;
  const y = height / 2 / distance;
  const [toX, toY] = [Math.hypot(1, x), Math.hypot(1, y)];
  return (2 / Math.PI) * ((x / toX) * Math.atan(y / toX) + (y / toY) * Math.atan(x / toY));
}

/** How far to both sides of a distance the falloff is measured there, as a share. */
const STEP = 1e-3;

/**
 * A rectangle of radiance L gives a point on its axis the irradiance π L F, and a light at a point
 * its intensity divided by a power of the distance. Close to a rectangle, its light falls off by
 * less than the square: the power is that of the rectangle's own falloff where the two are equal.
 *
 * @param {{ intensity: number, size: readonly [number, number] }} light whose intensity is a
 *   radiance, as that of three's RectAreaLight
 * @param {number} distance at which both give the same
 * @returns {{ intensity: number, decay: number }} of three's SpotLight
 */
export function standIn({ intensity, size: [width, height] }, distance) {
  const factorAt = (/** @type {number} */ at) => configurationFactor(width, height, at);
  const [nearer, farther] = [distance * (1 - STEP), distance * (1 + STEP)];
  const decay = Math.log(factorAt(nearer) / factorAt(farther)) / Math.log(farther / nearer);
  const irradiance = Math.PI * intensity * factorAt(distance);
  return { intensity: irradiance * distance ** decay, decay };
}
