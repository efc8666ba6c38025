/**
 * Where the copies of a pattern are: the same as in sessions_app/scene/geometry/arrangements.py,
 * which refuses what cannot be; a test keeps them equal.
 */

import { randomNumbers, scattered } from "./scattering.js";

/**
 * @import { Arrangement } from "../../document/schema.js"
 *
 * @typedef {object} Copy
 * @property {number} number from 1
 * @property {readonly [number, number, number]} position in the pattern's space
 * @property {number} yaw in radians
 * @property {number} factor of its size
 *
 * @typedef {object} Source
 * @property {readonly [number, number, number]} size of the bounds of what is repeated
 * @property {readonly [number, number, number]} base the middle of their underside
 *
 * @typedef {readonly [x: number, y: number, z: number]} Place the middle of an underside; y counts
 *   from the source's
 *
 * @typedef {(arrangement: Arrangement, source: Source, factors: number[]) => (Place | null)[]} Places
 */

/** The gap where neither it nor a spacing is given, as a share of the copy's size. */
const USUAL_GAP = 0.1;
/** The share of the default area that copies cover. */
const USUAL_COVER = 0.2;
/** Places use another seed than sizes. */
const OTHER_SEED = 0x9e3779b9;
/** Closer to the middle than this, a copy does not face anywhere, in meters. */
const MIDDLE = 1e-9;
/** Degrees. */
const ONCE = 360;
/** Flat sources count as this wide when they are scattered. */
const FLAT = 1e-6;

/**
 * @param {Arrangement} arrangement
 * @param {readonly number[]} bounds the lowest and the highest corner of what is repeated
 * @returns {Copy[]} those that have a place
 */
export function arranged(arrangement, bounds) {
  const source = sourceOf(bounds);
  const factors = factorsOf(arrangement);
  const places = (PLACES[arrangement.pattern] ?? row)(arrangement, source, factors);
  return places.flatMap((place, index) => {
    const factor = factors[index];
    if (place === null || factor === undefined) return [];
    return [copyAt(arrangement, source, place, factor, index + 1)];
  });
}

/**
 * @param {readonly number[]} bounds
 * @returns {Source}
 */
function sourceOf([a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) {
  return { size: [d - a, e - b, f - c], base: [(a + d) * 0.5, b, (c + f) * 0.5] };
}

/**
 * @param {Arrangement} arrangement
 * @param {Source} source
 * @param {Place} place
 * @param {number} factor
 * @param {number} number
 * @returns {Copy}
 */
function copyAt({ facing }, { base }, [x, y, z], factor, number) {
  const isAside = Math.abs(x) > MIDDLE || Math.abs(z) > MIDDLE;
  const away = facing === "out" ? 1 : -1;
  const yaw = facing && isAside ? Math.atan2(away * x, away * z) : 0;
  const [sine, cosine] = [Math.sin(yaw), Math.cos(yaw)];
  const [baseX, baseY, baseZ] = [base[0] * factor, base[1] * factor, base[2] * factor];
  return {
    number,
    position: [
      x - (cosine * baseX + sine * baseZ),
      y + base[1] - baseY,
      z - (cosine * baseZ - sine * baseX),
    ],
    yaw,
    factor,
  };
}

/** @param {Arrangement} arrangement */
function factorsOf({ count, variation = 0, seed = 1 }) {
  const numbers = randomNumbers(seed);
  return Array.from({ length: count }, () => (variation ? 1 + variation * (2 * numbers() - 1) : 1));
}

/** @type {Places} */
function row({ axis = "x", facing, gap: asked, spacing }, { size }, factors) {
  const [width, height, depth] = size;
  const isStack = axis === "y";
  const across = facing ? Math.max(width, depth) : axis === "z" ? depth : width;
  const long = isStack ? height : across;
  const gap = asked ?? (isStack ? 0 : long * USUAL_GAP);
  let end = 0;
  const middles = factors.map((factor, index) => {
    if (spacing !== undefined) return index * spacing;
    const middle = isStack ? end : end + (long * factor) / 2;
    end += long * factor + gap;
    return middle;
  });
  if (isStack) return middles.map((middle) => [0, middle, 0]);
  const half = spacing !== undefined ? (middles.at(-1) ?? 0) / 2 : (end - gap) / 2;
  const along = middles.map((middle) => middle - half);
  return along.map((each) => (axis === "z" ? [0, 0, each] : [each, 0, 0]));
}

/** @type {Places} */
function grid(arrangement, { size }, factors) {
  const { count, facing } = arrangement;
  const columns = Math.min(arrangement.columns ?? Math.ceil(Math.sqrt(count)), count);
  const rows = Math.ceil(count / columns);
  let [width, depth] = horizontal(size, largest(factors));
  if (facing) width = depth = Math.hypot(width, depth);
  const [wide, deep] = [stepOf(arrangement, width), stepOf(arrangement, depth)];
  return factors.map((_, index) => [
    ((index % columns) - (columns - 1) / 2) * wide,
    0,
    (Math.floor(index / columns) - (rows - 1) / 2) * deep,
  ]);
}

/**
 * @param {Arrangement} arrangement
 * @param {number} size
 */
const stepOf = ({ gap, spacing }, size) => spacing ?? size + (gap ?? size * USUAL_GAP);

/** @type {Places} */
function circle(arrangement, { size }, factors) {
  const { arc = ONCE, count, rise = 0 } = arrangement;
  const radius = arrangement.radius ?? radiusOf(arrangement, horizontal(size, largest(factors)));
  const step = turnBetween(arrangement);
  const first = arc < ONCE ? (-step * (count - 1)) / 2 : 0;
  return factors.map((_, index) => {
    const turn = first + index * step;
    return [radius * Math.sin(turn), index * rise, radius * Math.cos(turn)];
  });
}

/** @param {Arrangement} arrangement */
function turnBetween({ arc = ONCE, count }) {
  return ((arc / 180) * Math.PI) / (arc < ONCE ? Math.max(count - 1, 1) : count);
}

/**
 * @param {Arrangement} arrangement
 * @param {readonly [width: number, depth: number]} size of the largest copy
 */
function radiusOf(arrangement, [width, depth]) {
  const { count, spacing, facing } = arrangement;
  if (count === 1) return 0;
  const halfTurn = Math.min(turnBetween(arrangement) / 2, Math.PI / 2);
  if (spacing !== undefined) return spacing / (2 * Math.sin(halfTurn));
  if (!facing) return stepOf(arrangement, Math.hypot(width, depth)) / (2 * Math.sin(halfTurn));
  const gap = stepOf(arrangement, width) - width;
  const inner = (gap / 2 + (width / 2) * Math.cos(halfTurn)) / Math.sin(halfTurn);
  return inner + depth / 2;
}

/** @type {Places} */
function scatter(arrangement, { size }, factors) {
  const width = Math.max(size[0], FLAT);
  const depth = Math.max(size[2], FLAT);
  const gap = arrangement.gap ?? Math.min(width, depth) * USUAL_GAP;
  const halves = factors.map(
    (factor) => /** @type {const} */ ([(width * factor) / 2, (depth * factor) / 2]),
  );
  const spots = scattered(halves, fieldOf(arrangement, [width, depth], gap, factors), {
    gap,
    turned: arrangement.facing !== undefined,
    seed: (arrangement.seed ?? 1) ^ OTHER_SEED,
  });
  return spots.map((spot) => spot && [spot[0], 0, spot[1]]);
}

/**
 * @param {Arrangement} arrangement
 * @param {readonly [width: number, depth: number]} size
 * @param {number} gap
 * @param {number[]} factors
 * @returns {import("./scattering.js").Field}
 */
function fieldOf({ radius, area, facing }, size, gap, factors) {
  if (radius !== undefined) return { width: 2 * radius, depth: 2 * radius, isRound: true };
  if (area !== undefined) return { width: area[0], depth: area[1] };
  let [width, depth] = size;
  if (facing) width = depth = Math.sqrt(width * width + depth * depth);
  const covered = factors.reduce(
    (sum, factor) => sum + (width * factor + gap) * (depth * factor + gap),
    0,
  );
  const widest = 1.5 * Math.max(width, depth) * largest(factors);
  const side = Math.max(Math.sqrt(covered / USUAL_COVER), widest);
  return { width: side, depth: side };
}

/** @type {Record<string, Places>} */
const PLACES = { row, grid, circle, scatter };

/** @param {number[]} factors */
const largest = (factors) => factors.reduce((most, factor) => Math.max(most, factor), 0);

/**
 * @param {readonly [number, number, number]} size
 * @param {number} factor
 * @returns {[width: number, depth: number]}
 */
const horizontal = ([width, , depth], factor) => [width * factor, depth * factor];
