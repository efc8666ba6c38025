/**
 * The shapes of solids: geometries about the origin, which a mesh scales to the solid's size.
 *
 * What the server reckons with is in sessions_app/scene/geometry/shapes.py; a test keeps them equal.
 */

import {
  BoxGeometry,
  CapsuleGeometry,
  ConeGeometry,
  CylinderGeometry,
  LatheGeometry,
  PlaneGeometry,
  SphereGeometry,
  TorusGeometry,
  Vector2,
  Vector3,
} from "three";
import { sculptureGeometry } from "../sculpture.js";
import { lateChart } from "./late_parts.js";
import { layOut, loadedLetters } from "./lettering.js";
import { paintHollows } from "./occlusion.js";
import { outlinedShape } from "./outlines.js";
import { propMaker } from "./prop_maker.js";
import { textGeometry } from "./text_geometry.js";

/**
 * @import { Box3, BufferGeometry } from "three"
 * @import { Entity, Material } from "../../document/schema.js"
 *
 * @typedef {[number, number, number]} Size width, height and depth in meters
 *
 * @typedef {object} Shape
 * @property {string} key equal for shapes that can share their geometry
 * @property {() => BufferGeometry} build
 * @property {Size} scale what makes the geometry as large as the solid
 * @property {boolean} [isPainted] whether its corners have colors
 * @property {boolean} [hasColors] whether these are all its colors, which the material does not tint
 * @property {Material[]} [fixed] the surfaces of the groups of its geometry, but for the first one
 * @property {boolean} [isThin] whether it has no inside, so that its back is seen
 */

const SEGMENTS = 64;
/** Along the tube of a torus, and from pole to pole of a ball. */
const ACROSS = 32;
/** The share of a ring's radius that its hole has. */
const RING_HOLE = 0.6;
/** Of ratios: finer than any difference that can be seen. */
const DIGITS = 6;
/** Of the depth of a text, on which the width of its bevel depends. */
const DEPTH_DIGITS = 2;
/** In units of the font; deeper, a bevel is no wider. */
const DEEPEST = 10_000;

/**
 * @param {Entity} entity
 * @returns {Shape | null} of a solid, a box where its kind has no shape here; null for what is none,
 *   and for a text, a chart or a prop until what draws it is loaded
 */
export function shapeOf(entity) {
  const { kind, size, text = "" } = entity;
  if (size?.length !== 3 || !isSolid(kind)) return null;
  if (kind === "text") return textShape(text, size);
  if (kind === "chart") return lateChart(entity);
  if (kind === "prop") return propShape(entity, size);
  return outlinedShape(entity) ?? (SHAPES[kind] ?? box)(size);
}

/**
 * @param {string} text
 * @param {Size} size
 * @returns {Shape | null}
 */
function textShape(text, size) {
  const letters = loadedLetters();
  if (letters === null) return null;
  const [, height, depth] = size;
  const unit = height / layOut(letters, text).height;
  const asDeep = Math.min(unit > 0 ? depth / unit : 0, DEEPEST);
  const rounded = Number(asDeep.toPrecision(DEPTH_DIGITS));
  return {
    key: `text ${rounded} ${text}`,
    build: () => textGeometry(letters, text, rounded),
    scale: size,
  };
}

/**
 * @param {Entity} entity
 * @param {Size} size
 * @returns {Shape | null}
 */
function propShape({ prop = "", form = "" }, size) {
  const maker = propMaker();
  if (maker === null) return null;
  const fixed = maker.fixedSurfaces(prop, form);
  if (fixed === null) return box(size);
  // Its parts do not all stretch: it is built in its own proportions.
  const longest = Math.max(...size) || 1;
  const ratios = /** @type {Size} */ (size.map((side) => side / longest));
  return {
    key: `prop ${prop} ${form} ${ratios.map((ratio) => ratio.toFixed(DIGITS))}`,
    build: () => maker.propGeometry(prop, form, ratios),
    scale: [longest, longest, longest],
    isPainted: true,
    fixed,
  };
}

/** @type {(size: Size) => Shape} */
const box = (size) => ({ key: "box", build: () => new BoxGeometry(), scale: size });

/** @type {(size: Size) => Shape} */
const sphere = (size) => ({
  key: "sphere",
  build: () => new SphereGeometry(0.5, SEGMENTS, ACROSS),
  scale: size,
});

/** @type {(size: Size) => Shape} */
const cylinder = (size) => ({
  key: "cylinder",
  build: () => new CylinderGeometry(0.5, 0.5, 1, SEGMENTS),
  scale: size,
});

/** @type {(size: Size) => Shape} */
const cone = (size) => ({
  key: "cone",
  build: () => new ConeGeometry(0.5, 1, SEGMENTS),
  scale: size,
});

/** @type {(size: Size) => Shape} half a ball at both ends; too low for that, it is a ball */
const capsule = (size) => {
  const [width, height, depth] = size;
  if (height <= width || width === 0) return sphere(size);
  const tall = height / width;
  return {
    key: `capsule ${tall.toFixed(DIGITS)}`,
    build: () => new CapsuleGeometry(0.5, tall - 1, ACROSS / 2, SEGMENTS),
    scale: [width, width, depth],
  };
};

/** @type {(size: Size) => Shape} */
const plane = (size) => {
  const axis = axisOf(size);
  if (size[axis] > 0) return box(size);
  return {
    key: `plane ${axis}`,
    isThin: true,
    build: () => aboutAxis(new PlaneGeometry().rotateX(-Math.PI / 2), axis),
    scale: size,
  };
};

/** @type {(size: Size) => Shape} */
const ring = (size) => {
  const axis = axisOf(size);
  const isFlat = size[axis] === 0;
  const half = isFlat ? 0 : 0.5;
  const corners = [
    [RING_HOLE / 2, -half],
    [0.5, -half],
    [0.5, half],
    [RING_HOLE / 2, half],
    [RING_HOLE / 2, -half],
  ].map(([out, up]) => new Vector2(out, up));
  const outline = isFlat ? corners.slice(0, 2) : corners;
  return {
    key: `ring ${axis} ${isFlat}`,
    isThin: isFlat,
    build: () => aboutAxis(new LatheGeometry(outline, SEGMENTS), axis),
    scale: size,
  };
};

/** @type {(size: Size) => Shape} a tube as thick as the thinnest member, bent and drawn out */
const torus = (size) => {
  const axis = axisOf(size);
  const thick = size[axis];
  const [wide = 0, deep = 0] = size.filter((_, each) => each !== axis);
  if (wide <= thick || deep <= thick) return sphere(size);
  const tube = thick / wide / 2;
  /** @type {Size} */
  const scale = [...size];
  scale[axis] = wide;
  return {
    key: `torus ${axis} ${tube.toFixed(DIGITS)}`,
    build: () =>
      aboutAxis(new TorusGeometry(0.5 - tube, tube, ACROSS, SEGMENTS).rotateX(Math.PI / 2), axis),
    scale,
  };
};

/** @type {(size: Size) => Shape} */
const bust = (size) => ({
  key: "bust",
  build: bustGeometry,
  scale: size,
  isPainted: true,
});

/** @returns {BufferGeometry} in a box of side 1 about the origin, each face flat */
function bustGeometry() {
  const geometry = sculptureGeometry().center();
  geometry.computeBoundingBox();
  const { x, y, z } = /** @type {Box3} */ (geometry.boundingBox).getSize(new Vector3());
  geometry.computeVertexNormals();
  return paintHollows(geometry).scale(1 / x, 1 / y, 1 / z);
}

/** @type {Record<string, (size: Size) => Shape>} */
const SHAPES = { box, sphere, cylinder, cone, capsule, plane, ring, torus, bust };
/** What has a size and yet no shape. */
const SHAPELESS = /^(group|pattern|camera|\w+_light)$/;

/** @param {string} kind */
const isSolid = (kind) => !SHAPELESS.test(kind);

/** @param {Size} size */
function axisOf(size) {
  return /** @type {0 | 1 | 2} */ (size.indexOf(Math.min(...size)));
}

/**
 * @param {BufferGeometry} geometry about the y axis
 * @param {0 | 1 | 2} axis
 * @returns {BufferGeometry} the same about another axis
 */
function aboutAxis(geometry, axis) {
  if (axis === 1) return geometry;
  return axis === 0 ? geometry.rotateZ(-Math.PI / 2) : geometry.rotateX(Math.PI / 2);
}

/** The geometries that are in use, each once however many solids have it. */
export class Geometries {
  /** @type {Map<string, { geometry: BufferGeometry, users: number }>} */
  #shared = new Map();

  /** How many there are. */
  get size() {
    return this.#shared.size;
  }

  /**
   * @param {Shape} shape
   * @returns {BufferGeometry} to be given back by `release`
   */
  take({ key, build }) {
    const found = this.#shared.get(key) ?? { geometry: build(), users: 0 };
    found.users++;
    this.#shared.set(key, found);
    return found.geometry;
  }

  /** @param {Shape} shape that was taken */
  release({ key }) {
    const found = this.#shared.get(key);
    if (found === undefined || --found.users > 0) return;
    found.geometry.dispose();
    this.#shared.delete(key);
  }
}

/** A scale of 0 has no inverse, by which normals are turned. */
const THINNEST = 1e-6;

/**
 * @param {Size} scale
 * @returns {Vector3}
 */
export function scaleOf(scale) {
  return new Vector3(...scale.map((factor) => Math.max(factor, THINNEST)));
}
