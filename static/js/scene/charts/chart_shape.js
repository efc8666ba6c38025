/** Charts as shapes: a part of the page of its own, loaded where a scene has a chart. */

import { Box3, Vector3 } from "three";
import { inkOf } from "./ink.js";
import { marksGeometry } from "./marks_geometry.js";
import { planOf } from "./plans.js";

/**
 * @import { Entity } from "../../document/schema.js"
 * @import { Lettering } from "../objects/late_parts.js"
 * @import { Shape, Size } from "../objects/geometries.js"
 */

/** Thinner than this, in meters, nothing can be laid out. */
const THINNEST = 1e-3;
/** Of its proportions: a chart that is stretched by hand is laid out anew only now and then. */
const DIGITS = 2;
/** @type {WeakMap<object, number>} */
const numbers = new WeakMap();
let known = 0;

/**
 * @param {Entity} entity
 * @param {Lettering} lettering
 * @returns {Shape}
 */
export function chartShape(entity, lettering) {
  const { chart, rows = [], title, xTitle, yTitle, material } = entity;
  const [width = 1, height = 1, depth = 1] = (entity.size ?? []).map((side) =>
    Math.max(side, THINNEST),
  );
  /** @type {Size} */
  const size = [rounded(width / height), 1, rounded(depth / height)];
  const words = [chart, title, xTitle, yTitle, material?.color];
  return {
    key: `chart ${numberOf(rows)} ${JSON.stringify([...words, ...size])}`,
    isPainted: true,
    hasColors: true,
    build: () => chartGeometry(entity, lettering, size),
    scale: [width / size[0], height, depth / size[2]],
  };
}

/**
 * @param {Entity} entity
 * @param {Lettering} lettering
 * @param {Size} size
 */
function chartGeometry(entity, lettering, size) {
  const plan = planOf(entity, lettering, size);
  const geometry = marksGeometry(plan);
  const half = new Vector3(...size).multiplyScalar(0.5);
  // As large as the object says, whatever its marks fill.
  geometry.boundingBox = new Box3(half.clone().negate(), half);
  const ink = inkOf(plan, lettering);
  geometry.userData.overlays = ink.meshes;
  geometry.addEventListener("dispose", ink.dispose);
  return geometry;
}

/** @param {number} ratio */
const rounded = (ratio) => Number(ratio.toPrecision(DIGITS));

/**
 * @param {object} rows always the same object while they are the same
 * @returns {number}
 */
function numberOf(rows) {
  const number = numbers.get(rows) ?? ++known;
  numbers.set(rows, number);
  return number;
}
