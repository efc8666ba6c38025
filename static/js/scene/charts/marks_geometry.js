/** The marks of a chart as one geometry, each corner with the color of its mark. */

import {
  BoxGeometry,
  BufferAttribute,
  BufferGeometry,
  Color,
  CylinderGeometry,
  Matrix4,
  Quaternion,
  SphereGeometry,
  Vector3,
} from "three";

/**
 * @import { Band, Plan, Relief, Wedge } from "./plan.js"
 *
 * @typedef {[number, number, number]} Point
 */

const TURN = 2 * Math.PI;
/** Of a whole disk. */
const STEPS = 96;
const ROD_SIDES = 8;
/** A scatter of few balls has rounder ones. */
const FEW = 80;
const UP = new Vector3(0, 1, 0);

/**
 * @param {Plan} plan
 * @returns {BufferGeometry}
 */
export function marksGeometry(plan) {
  const faces = new Faces();
  const box = new BoxGeometry();
  for (const { from, to, color } of plan.blocks) {
    const size = to.map((end, axis) => end - (from[axis] ?? 0));
    const middle = to.map((end, axis) => (end + (from[axis] ?? 0)) / 2);
    faces.add(box, placed(middle, new Quaternion(), size), color);
  }
  const segments = plan.balls.length > FEW ? [12, 8] : [24, 16];
  const ball = new SphereGeometry(1, ...segments);
  for (const { at, radius, color } of plan.balls) {
    faces.add(ball, placed(at, new Quaternion(), [radius, radius, radius]), color);
  }
  const rod = new CylinderGeometry(1, 1, 1, ROD_SIDES, 1, true);
  for (const { from, to, radius, color } of plan.rods) {
    const along = new Vector3(...to).sub(new Vector3(...from));
    const length = along.length();
    if (length === 0) continue;
    const middle = to.map((end, axis) => (end + (from[axis] ?? 0)) / 2);
    const turn = new Quaternion().setFromUnitVectors(UP, along.divideScalar(length));
    faces.add(rod, placed(middle, turn, [radius, length, radius]), color);
  }
  for (const band of plan.bands) addBand(faces, band);
  for (const wedge of plan.wedges) addWedge(faces, wedge);
  if (plan.relief !== null) addRelief(faces, plan.relief);
  for (const each of [box, ball, rod]) each.dispose();
  return faces.geometry();
}

/**
 * @param {number[]} at
 * @param {Quaternion} turn
 * @param {number[]} size
 */
function placed(at, turn, size) {
  const [place = new Vector3(), scale = new Vector3()] = [at, size].map((each) =>
    new Vector3().fromArray(each),
  );
  return new Matrix4().compose(place, turn, scale);
}

class Faces {
  /** @type {number[]} */
  #places = [];
  /** @type {number[]} */
  #normals = [];
  /** @type {number[]} */
  #colors = [];
  /** @type {number[]} */
  #corners = [];

  /**
   * @param {BufferGeometry} geometry
   * @param {Matrix4} matrix
   * @param {string} color
   */
  add(geometry, matrix, color) {
    const [places, normals] = [geometry.getAttribute("position"), geometry.getAttribute("normal")];
    const first = this.#places.length / 3;
    const [point, { r, g, b }] = [new Vector3(), new Color(color)];
    // Of what is stretched along its own axes.
    const turned = new Matrix4().copy(matrix).invert().transpose();
    for (let at = 0; at < places.count; at++) {
      point.fromBufferAttribute(places, at).applyMatrix4(matrix);
      this.#places.push(point.x, point.y, point.z);
      point.fromBufferAttribute(normals, at).transformDirection(turned);
      this.#normals.push(point.x, point.y, point.z);
      this.#colors.push(r, g, b);
    }
    for (const corner of geometry.index?.array ?? []) this.#corners.push(first + corner);
  }

  /**
   * @param {Point[]} corners of a flat face, against the clock as it is seen
   * @param {string[]} colors of its corners, or one for all
   * @param {Point[]} [normals] of its corners, else it is flat
   */
  face(corners, colors, normals) {
    const first = this.#places.length / 3;
    const flat = normalOf(corners);
    for (const [at, corner] of corners.entries()) {
      this.#places.push(...corner);
      this.#normals.push(...(normals?.[at] ?? flat));
      const { r, g, b } = new Color(colors[at] ?? colors[0]);
      this.#colors.push(r, g, b);
    }
    for (let at = 2; at < corners.length; at++) {
      this.#corners.push(first, first + at - 1, first + at);
    }
  }

  geometry() {
    const made = new BufferGeometry();
    const set = (/** @type {string} */ name, /** @type {number[]} */ values) =>
      made.setAttribute(name, new BufferAttribute(new Float32Array(values), 3));
    set("position", this.#places);
    set("normal", this.#normals);
    set("color", this.#colors);
    made.setIndex(new BufferAttribute(new Uint32Array(this.#corners), 1));
    return made;
  }
}

/**
 * @param {Point[]} corners
 * @returns {Point}
 */
function normalOf([a = [0, 0, 0], b = [0, 0, 0], ...others]) {
  const [from, to] = [new Vector3(...a), new Vector3(...b)];
  const c = new Vector3(...(others.at(-1) ?? a));
  return c.sub(from).cross(to.sub(from)).negate().normalize().toArray();
}

/**
 * @param {Faces} faces
 * @param {Band} band
 */
function addBand(faces, { ends, depth: [back, front], color }) {
  const colors = [color];
  for (let at = 1; at < ends.length; at++) {
    const [one, other] = [ends[at - 1], ends[at]];
    if (one === undefined || other === undefined) continue;
    for (const [a, b] of splitAtCrossing(one, other)) {
      const [low, high] = [
        [Math.min(a.low, a.high), Math.max(a.low, a.high)],
        [Math.min(b.low, b.high), Math.max(b.low, b.high)],
      ];
      const corner = (/** @type {{ x: number }} */ { x }, y = 0, z = 0) =>
        /** @type {Point} */ ([x, y, z]);
      const [al, ah, bl, bh] = [low[0], low[1], high[0], high[1]];
      faces.face(
        [corner(a, al, front), corner(b, bl, front), corner(b, bh, front), corner(a, ah, front)],
        colors,
      );
      faces.face(
        [corner(b, bl, back), corner(a, al, back), corner(a, ah, back), corner(b, bh, back)],
        colors,
      );
      faces.face(
        [corner(a, ah, front), corner(b, bh, front), corner(b, bh, back), corner(a, ah, back)],
        colors,
      );
      faces.face(
        [corner(a, al, back), corner(b, bl, back), corner(b, bl, front), corner(a, al, front)],
        colors,
      );
    }
  }
  const side = (
    /** @type {{ x: number, low: number, high: number } | undefined} */ end,
    isLeft = false,
  ) => {
    if (end === undefined || end.low === end.high) return;
    const [low, high] = [Math.min(end.low, end.high), Math.max(end.low, end.high)];
    const [near, far] = isLeft ? [back, front] : [front, back];
    faces.face(
      [
        [end.x, low, near],
        [end.x, low, far],
        [end.x, high, far],
        [end.x, high, near],
      ],
      colors,
    );
  };
  side(ends[0], true);
  side(ends.at(-1));
}

/** @typedef {Band["ends"][number]} End */

/**
 * @param {End} one
 * @param {End} other
 * @returns {[End, End][]} parts in which the upper line does not cross the lower one
 */
function splitAtCrossing(one, other) {
  const [from, to] = [one.high - one.low, other.high - other.low];
  if (from * to >= 0) return [[one, other]];
  const share = from / (from - to);
  const mixed = (/** @type {number} */ a, /** @type {number} */ b) => a + share * (b - a);
  const low = mixed(one.low, other.low);
  const crossing = { x: mixed(one.x, other.x), low, high: low };
  return [
    [one, crossing],
    [crossing, other],
  ];
}

/**
 * @param {Faces} faces
 * @param {Wedge} wedge
 */
function addWedge(faces, { at: [x, y, z], radius, depth, radians: [from, to], color }) {
  const colors = [color];
  const steps = Math.max(2, Math.ceil(((to - from) / TURN) * STEPS));
  const [back, front] = [z - depth / 2, z + depth / 2];
  const rim = (/** @type {number} */ step, /** @type {number} */ deep) => {
    const angle = from + ((to - from) * step) / steps;
    return /** @type {Point} */ ([
      x + radius * Math.sin(angle),
      y + radius * Math.cos(angle),
      deep,
    ]);
  };
  const out = (/** @type {number} */ step) => {
    const angle = from + ((to - from) * step) / steps;
    return /** @type {Point} */ ([Math.sin(angle), Math.cos(angle), 0]);
  };
  for (let step = 0; step < steps; step++) {
    faces.face([[x, y, front], rim(step + 1, front), rim(step, front)], colors);
    faces.face([[x, y, back], rim(step, back), rim(step + 1, back)], colors);
    const normals = [out(step), out(step), out(step + 1), out(step + 1)];
    const around = [rim(step, back), rim(step, front), rim(step + 1, front), rim(step + 1, back)];
    faces.face(around, colors, normals);
  }
}

/**
 * @param {Faces} faces
 * @param {Relief} relief
 */
function addRelief(faces, { xs, zs, ys, colors, floor }) {
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    /** @type {Point} */ ([xs[column] ?? 0, ys[row]?.[column] ?? 0, zs[row] ?? 0]);
  const color = (/** @type {number} */ row, /** @type {number} */ column) =>
    colors[row]?.[column] ?? "";
  const slope = (/** @type {number} */ row, /** @type {number} */ column) => {
    const [left, right] = [Math.max(column - 1, 0), Math.min(column + 1, xs.length - 1)];
    const [near, far] = [Math.max(row - 1, 0), Math.min(row + 1, zs.length - 1)];
    const across = new Vector3(...at(row, right)).sub(new Vector3(...at(row, left)));
    const away = new Vector3(...at(far, column)).sub(new Vector3(...at(near, column)));
    return across.cross(away).normalize().toArray();
  };
  for (let row = 1; row < zs.length; row++) {
    for (let column = 1; column < xs.length; column++) {
      const corners = /** @type {[number, number][]} */ ([
        [row - 1, column - 1],
        [row - 1, column],
        [row, column],
        [row, column - 1],
      ]);
      faces.face(
        corners.map((each) => at(...each)),
        corners.map((each) => color(...each)),
        corners.map((each) => slope(...each)),
      );
    }
  }
  const wall = (/** @type {[number, number]} */ from, /** @type {[number, number]} */ to) => {
    const [a, b] = [at(...from), at(...to)];
    const [low, high] = /** @type {[Point, Point]} */ ([
      [a[0], floor, a[2]],
      [b[0], floor, b[2]],
    ]);
    const [one, other] = [color(...from), color(...to)];
    faces.face([low, high, b, a], [one, other, other, one]);
  };
  const [lastRow, lastColumn] = [zs.length - 1, xs.length - 1];
  for (let column = 1; column <= lastColumn; column++) {
    wall([0, column - 1], [0, column]);
    wall([lastRow, column], [lastRow, column - 1]);
  }
  for (let row = 1; row <= lastRow; row++) {
    wall([row - 1, lastColumn], [row, lastColumn]);
    wall([row, 0], [row - 1, 0]);
  }
}
