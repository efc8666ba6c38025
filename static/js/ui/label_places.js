/** Where names go in a picture: on the object where there is room, else beside it with a line. */

/**
 * @import { Size } from "../scene/known_pixels.js"
 * @import { Mark } from "../scene/marks.js"
 *
 * @typedef {object} Rectangle in pixels
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 *
 * @typedef {object} Label
 * @property {string} id
 * @property {Rectangle} place
 * @property {{ x: number, y: number } | null} points where its line ends; null for no line
 */

/** A name is written on what is so many times as wide and as high. */
const ROOM = [1.15, 1.6];
/** How far away a name may be, in heights of a line. */
const DISTANCES = [0.6, 1.5, 2.6, 4, 5.5];
const EDGE = 2;
/** What is as bad as a name so many pixels farther away. */
const A_LINE = 12;
const ON_ANOTHER = 150;
const ACROSS_A_NAME = 120;
/** A name that would be worse is left out. */
const MOST = 220;

/**
 * Places the names of the smallest objects first: they have the fewest places.
 *
 * @param {readonly Mark[]} marks
 * @param {Size} size of the picture
 * @param {(id: string) => Size} sizeOf a name as it is written
 * @param {readonly Rectangle[]} [taken] what no name may cover
 * @returns {Label[]} those for which there is room
 */
export function placedLabels(marks, size, sizeOf, taken = []) {
  const inside = { left: EDGE, top: EDGE, right: size.width - EDGE, bottom: size.height - EDGE };
  /** @type {Label[]} */
  const labels = [];
  for (const mark of marks.toSorted((one, other) => areaOf(one) - areaOf(other))) {
    const others = marks.filter((each) => each !== mark);
    let [best, least] = [/** @type {Label | null} */ (null), MOST];
    for (const label of candidates(mark, sizeOf(mark.id))) {
      const covers = (/** @type {Rectangle} */ each) => shared(label.place, each) > 0;
      if (!holds(inside, label.place) || taken.some(covers)) continue;
      if (labels.some(({ place }) => covers(place))) continue;
      const fault = faultOf(label, mark, others, labels);
      if (fault < least) [best, least] = [label, fault];
    }
    if (best !== null) labels.push(best);
  }
  return labels;
}

/**
 * @param {Mark} mark
 * @param {Size} size
 * @returns {Generator<Label>} the best places first
 */
function* candidates(mark, { width, height }) {
  const { id, left, top, right, bottom, x, y } = mark;
  const [wide = 1, high = 1] = ROOM;
  if (right - left >= wide * width && bottom - top >= high * height) {
    yield { id, place: about(x, y, width, height), points: null };
  }
  const points = { x, y };
  const [across, down] = [(left + right) / 2, (top + bottom) / 2];
  for (const distance of DISTANCES) {
    const away = distance * height;
    const [west, east] = [left - away - width / 2, right + away + width / 2];
    const [north, south] = [top - away - height / 2, bottom + away + height / 2];
    for (const [toX, toY] of [
      [across, north],
      [east, down],
      [west, down],
      [across, south],
      [east, north],
      [west, north],
      [east, south],
      [west, south],
    ]) {
      yield { id, place: about(toX ?? 0, toY ?? 0, width, height), points };
    }
    // Of what fills the picture: within it, and away from its middle.
    for (const toY of [y - away - height, y + away + height]) {
      yield { id, place: about(x, toY, width, height), points };
    }
  }
}

/**
 * @param {Label} label
 * @param {Mark} mark
 * @param {readonly Mark[]} others what it should not hide
 * @param {readonly Label[]} labels
 */
function faultOf({ place, points }, mark, others, labels) {
  const [x, y] = [(place.left + place.right) / 2, (place.top + place.bottom) / 2];
  const area = (place.right - place.left) * (place.bottom - place.top);
  let fault = points === null ? 0 : A_LINE + Math.hypot(x - mark.x, y - mark.y);
  for (const other of others) {
    // Of a larger one, which it may stand on, a part is hidden; a smaller one hides in it.
    const whole = areaOf(other) > areaOf(mark) ? areaOf(other) : Math.min(area, areaOf(other));
    const seen = other.pixels / areaOf(other);
    fault += (ON_ANOTHER * seen * shared(place, other)) / whole;
  }
  if (points === null) return fault;
  const line = { from: points, to: { x, y } };
  for (const { place: other } of labels) if (crosses(line, other)) fault += ACROSS_A_NAME;
  for (const { points: end } of labels) {
    if (end !== null && holds(place, { left: end.x, top: end.y, right: end.x, bottom: end.y })) {
      fault += ACROSS_A_NAME;
    }
  }
  return fault;
}

/** @param {Rectangle} rectangle */
const areaOf = ({ left, top, right, bottom }) => (right - left) * (bottom - top);

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @returns {Rectangle}
 */
function about(x, y, width, height) {
  const [left, top] = [Math.round(x - width / 2), Math.round(y - height / 2)];
  return { left, top, right: left + width, bottom: top + height };
}

/**
 * @param {Rectangle} outer
 * @param {Rectangle} inner
 */
const holds = (outer, inner) =>
  inner.left >= outer.left &&
  inner.top >= outer.top &&
  inner.right <= outer.right &&
  inner.bottom <= outer.bottom;

/**
 * @param {Rectangle} one
 * @param {Rectangle} other
 * @returns {number} the area that both cover
 */
function shared(one, other) {
  const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return Math.max(0, width) * Math.max(0, height);
}

/**
 * @param {{ from: { x: number, y: number }, to: { x: number, y: number } }} line
 * @param {Rectangle} rectangle
 * @returns {boolean} whether the line comes into it
 */
function crosses({ from, to }, { left, top, right, bottom }) {
  let [enters, leaves] = [0, 1];
  for (const [at, way, low, high] of [
    [from.x, to.x - from.x, left, right],
    [from.y, to.y - from.y, top, bottom],
  ]) {
    const [start = 0, step = 0, least = 0, most = 0] = [at, way, low, high];
    if (step === 0 && (start < least || start > most)) return false;
    if (step === 0) continue;
    const [first = 0, last = 0] = [(least - start) / step, (most - start) / step].toSorted(
      (one, other) => one - other,
    );
    [enters, leaves] = [Math.max(enters, first), Math.min(leaves, last)];
  }
  return enters < leaves;
}
