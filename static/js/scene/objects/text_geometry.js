/** The geometry of 3D text: the outlines of its letters, extruded. */

import { BufferGeometry, ExtrudeGeometry, ShapePath, Vector3 } from "three";
import { mergeGeometries, toCreasedNormals } from "three/addons/utils/BufferGeometryUtils.js";
import { layOut } from "./lettering.js";

/**
 * @import { Box3, Shape } from "three"
 * @import { Letters } from "./lettering.js"
 */

/**
 * @typedef {object} Detail
 * @property {number} tolerance how far a curve may be from the straight lines that it is drawn as
 * @property {number} bevelSegments
 * @property {number} creaseRadians faces that meet in a smaller angle are seen as one curve
 */

/** All lengths here are in units of the font: a capital letter is about 700 high. */
const FINE = { tolerance: 0.5, bevelSegments: 2, creaseRadians: 0.36 };
/** Of long texts, whose letters are seen smaller. */
const COARSE = { tolerance: 2, bevelSegments: 1, creaseRadians: 0.6 };
const MOST_FINE_LETTERS = 40;
/** Of the depth; a bevel is as wide as it is deep. */
const BEVEL_SHARE = 0.12;
const WIDEST_BEVEL = 14;

/**
 * @param {Letters} letters
 * @param {string} text
 * @param {number} depth in units of the font
 * @returns {BufferGeometry} in a box of side 1 about the origin, to be read from the front
 */
export function textGeometry(letters, text, depth) {
  const geometry = lettersGeometry(letters, text, depth).center();
  const { x, y, z } = /** @type {Box3} */ (geometry.boundingBox).getSize(new Vector3());
  return geometry.scale(1 / x, 1 / y, 1 / z);
}

/**
 * @param {Letters} letters
 * @param {string} text
 * @param {number} depth in units of the font
 * @returns {BufferGeometry} in its natural size, in units of the font
 */
export function lettersGeometry(letters, text, depth) {
  /** @type {Map<string, BufferGeometry>} */
  const made = new Map();
  const { placed } = layOut(letters, text);
  const detail = placed.length > MOST_FINE_LETTERS ? COARSE : FINE;
  const parts = placed.map(({ letter, x, y }) => {
    const solid = made.get(letter) ?? extruded(letters.outlines[letter] ?? "", depth, detail);
    made.set(letter, solid);
    return solid.clone().translate(x, y, 0);
  });
  return mergeGeometries(parts);
}

/**
 * @param {string} outline
 * @param {number} depth
 * @param {Detail} detail
 * @returns {BufferGeometry} whose triangles share no corners
 */
function extruded(outline, depth, { tolerance, bevelSegments, creaseRadians }) {
  const bevel = Math.min(BEVEL_SHARE * depth, WIDEST_BEVEL);
  const geometry = new ExtrudeGeometry(shapesOf(outline, tolerance), {
    // Flat, it is drawn as thin as what lies flat is: see `scaleOf`.
    depth: Math.max(depth - 2 * bevel, 1),
    bevelEnabled: bevel > 0,
    bevelSize: bevel,
    bevelOffset: -bevel,
    bevelThickness: bevel,
    bevelSegments,
  });
  return toCreasedNormals(geometry, creaseRadians);
}

/**
 * @param {string} outline the path of an SVG, of the commands M, L, Q and Z
 * @param {number} tolerance
 * @returns {Shape[]} made of straight lines
 */
export function shapesOf(outline, tolerance) {
  const path = new ShapePath();
  let [fromX, fromY] = [0, 0];
  for (const [, command, numbers = ""] of outline.matchAll(/([MLQ])([^MLQZ]*)/g)) {
    const [x = 0, y = 0, endX = 0, endY = 0] = numbers.match(/-?[\d.]+/g)?.map(Number) ?? [];
    if (command === "M") path.moveTo(x, y);
    else if (command === "L") path.lineTo(x, y);
    else curve(path, [fromX, fromY], [x, y], [endX, endY], tolerance);
    [fromX, fromY] = command === "Q" ? [endX, endY] : [x, y];
  }
  return path.toShapes();
}

/** @typedef {readonly [x: number, y: number]} Point */

/**
 * Draws a quadratic curve as few straight lines as the tolerance allows.
 *
 * @param {ShapePath} path
 * @param {Point} from
 * @param {Point} control
 * @param {Point} to
 * @param {number} tolerance
 */
function curve(path, from, control, to, tolerance) {
  const bend = Math.hypot(from[0] - 2 * control[0] + to[0], from[1] - 2 * control[1] + to[1]);
  // As far as a chord of the n-th part of the curve is away from it: bend / 4 n².
  const count = Math.ceil(Math.sqrt(bend / (4 * tolerance)));
  for (let i = 1; i <= count; i++) {
    const t = i / count;
    const at = (/** @type {0 | 1} */ axis) =>
      (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * control[axis] + t ** 2 * to[axis];
    path.lineTo(at(0), at(1));
  }
}
