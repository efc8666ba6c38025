/**
 * The parts of a prop of some size, as the server reckons with them: sessions_app/scene/props/parts.py
 * explains recipes; a test keeps the two equal.
 */

import { recipeOf } from "./recipes.js";

/**
 * @import { RawPart } from "./recipes.js"
 *
 * @typedef {[number, number, number]} Triple
 *
 * @typedef {object} Part in meters and degrees from the middle of the prop's box
 * @property {string} kind
 * @property {Triple} center
 * @property {Triple} size along its own axes
 * @property {Triple} rotation pitch, yaw and roll
 * @property {string} color "main", with "*0.8" for a darker one, or a paint
 * @property {number[][]} points
 * @property {number} radius
 * @property {boolean} isFlat
 */

const EDGE = /^(-?\d*\.?\d+)([+-]\d*\.?\d+)?$/;
const MOST_ALONG = 60;
const AXES = ["x", "y", "z"];

/** @typedef {readonly [turn: readonly number[], order: readonly number[]]} Turn */

const AS_IT_IS = [0, 1, 2];
/** @type {Record<string, Turn>} */
const TURNS = {
  x: [
    [0, 0, 270],
    [1, 0, 2],
  ],
  "-x": [
    [0, 0, 90],
    [1, 0, 2],
  ],
  "-y": [[0, 0, 180], AS_IT_IS],
  z: [
    [90, 0, 0],
    [0, 2, 1],
  ],
  "-z": [
    [270, 0, 0],
    [0, 2, 1],
  ],
};
/** @type {Record<string, Turn>} */
const TURNS_OF_OUTLINES = {
  x: [
    [0, 270, 0],
    [2, 1, 0],
  ],
  y: [
    [90, 0, 0],
    [0, 2, 1],
  ],
};

/**
 * @param {string} prop
 * @param {string} form
 * @param {Triple} size
 * @returns {Part[]} none of a prop that is not known
 */
export function partsOf(prop, form, size) {
  const recipe = recipeOf(prop, form);
  if (recipe === null) return [];
  const unit = Math.min(...size.map((side, axis) => side / at(recipe.size, axis)));
  return recipe.parts.flatMap((raw) => repeated(raw, size, unit));
}

/**
 * @param {RawPart} raw
 * @param {Triple} size
 * @param {number} unit how long a meter of the recipe is
 * @returns {Part[]}
 */
function repeated(raw, size, unit) {
  const { mirror = "" } = raw;
  const alongX = mirror.includes("x") ? [1, -1] : [1];
  const alongZ = mirror.includes("z") ? [1, -1] : [1];
  return boxes(raw, size, unit).flatMap(([low, high]) => {
    const part = partIn(raw, low, high, size, unit);
    return alongX.flatMap((x) => alongZ.map((z) => mirrored(part, x, z)));
  });
}

/**
 * @param {RawPart} raw
 * @param {Triple} size
 * @param {number} unit
 * @returns {[low: number[], high: number[]][]} from the corner of the prop's box
 */
function boxes({ at: where, along, cells }, size, unit) {
  const ends = where.split(" ").map((interval, axis) => {
    const [low = "", high = ""] = interval.split(":");
    return [edge(low, at(size, axis), unit), edge(high, at(size, axis), unit)];
  });
  const low = ends.map((each) => at(each, 0));
  const high = ends.map((each) => at(each, 1));
  const repeats = along ?? cells;
  if (repeats === undefined) return [[low, high]];
  const [name, spacing, length] = repeats;
  const axis = AXES.indexOf(name);
  const whole = at(high, axis) - at(low, axis);
  const step = spacing * unit;
  let long = length * unit;
  let steps = whole > long ? stepsIn(whole - long, step) : 0;
  if (cells !== undefined) {
    steps = stepsIn(whole, step) - 1;
    long = (whole - steps * long) / (steps + 1);
  }
  return Array.from({ length: steps + 1 }, (_, index) => {
    const start = at(low, axis) + (steps > 0 ? ((whole - long) * index) / steps : 0);
    return [low.with(axis, start), high.with(axis, start + long)];
  });
}

/**
 * @param {number} way
 * @param {number} step
 */
function stepsIn(way, step) {
  return step > 0 ? Math.min(MOST_ALONG, Math.max(1, Math.floor(way / step + 0.5))) : 1;
}

/**
 * @param {string} text
 * @param {number} side
 * @param {number} unit
 */
function edge(text, side, unit) {
  const [, share, meters = 0] = EDGE.exec(text) ?? [];
  return Number(share) * side + Number(meters) * unit;
}

/**
 * @param {RawPart} raw
 * @param {number[]} low
 * @param {number[]} high
 * @param {Triple} whole
 * @param {number} unit
 * @returns {Part}
 */
function partIn(raw, low, high, whole, unit) {
  const { kind, axis = "", turn = [0, 0, 0], points = [] } = raw;
  const turns = kind === "extrude" ? TURNS_OF_OUTLINES : TURNS;
  const [rotation, order] = turns[axis] ?? [turn, AS_IT_IS];
  const box = low.map((near, each) => Math.max(0, at(high, each) - near));
  const size = triple(order.map((each) => at(box, each)));
  return {
    kind,
    center: triple(low.map((near, each) => (near + at(high, each) - at(whole, each)) / 2)),
    size,
    rotation: triple(rotation),
    color: raw.color ?? "main",
    points: points.map((point) => pointIn(kind, point, size)),
    radius: (raw.radius ?? 0) * unit,
    isFlat: raw.flat ?? false,
  };
}

/**
 * @param {string} kind
 * @param {number[]} shares of the part's box; of a lathe, of half its width
 * @param {Triple} size
 */
function pointIn(kind, shares, size) {
  const [first = 0, second = 0] = shares;
  if (kind === "lathe") return [(first * size[0]) / 2, (second - 0.5) * size[1]];
  return shares.map((share, axis) => (share - 0.5) * at(size, axis));
}

/**
 * @param {Part} part
 * @param {number} alongX
 * @param {number} alongZ
 * @returns {Part} on the other side of the middle, as in a mirror
 */
function mirrored(part, alongX, alongZ) {
  const [x, y, z] = part.center;
  const [pitch, yaw, roll] = part.rotation;
  const flips = alongX < 0 && part.kind === "extrude";
  return {
    ...part,
    center: [alongX * x, y, alongZ * z],
    rotation: [alongZ * pitch, alongX * alongZ * yaw, alongX * roll],
    points: flips ? part.points.map(([a = 0, b = 0]) => [-a, b]).reverse() : part.points,
  };
}

/**
 * @param {readonly number[]} numbers
 * @param {number} index
 */
const at = (numbers, index) => numbers[index] ?? 0;

/** @param {readonly number[]} numbers */
const triple = (numbers) =>
  /** @type {Triple} */ ([at(numbers, 0), at(numbers, 1), at(numbers, 2)]);
