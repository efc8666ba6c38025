/** Values of a document: what each type of member accepts, and what is wrong with all else. */

const LONGEST_TEXT = 200;
const MOST_TAGS = 16;
const MOST_POINTS = 100;
/** Of a chart. */
const MOST_ROWS = 500;
/** How far from the middle of the world a place may be, in meters. */
const FARTHEST = 10_000;

/** What is wrong, and where: written out only once it is, since nearly nothing is. */
export class Fault {
  #value;
  #accepted;
  #names;

  /**
   * @param {unknown} value
   * @param {string} accepted
   * @param {string[]} [names] that lead to it
   */
  constructor(value, accepted, names = []) {
    this.#value = value;
    this.#accepted = accepted;
    this.#names = names;
  }

  /** @param {readonly string[]} names of what it was found in */
  below(...names) {
    return new Fault(this.#value, this.#accepted, [...names, ...this.#names]);
  }

  error() {
    const where = ["scene", ...this.#names].join(".");
    return new Error(`${where} is ${JSON.stringify(this.#value)}; it must be ${this.#accepted}.`);
  }
}

export class Value {
  #accepts;
  #test;

  /**
   * @param {string} accepts
   * @param {(value: unknown) => boolean} test
   */
  constructor(accepts, test) {
    this.#accepts = accepts;
    this.#test = test;
  }

  /** @param {unknown} value */
  fault(value) {
    return this.#test(value) ? null : new Fault(value, this.#accepts);
  }
}

const isNumber = (/** @type {unknown} */ value) => Number.isFinite(value);
const isPlace = (/** @type {unknown} */ value) =>
  Number.isFinite(value) && Math.abs(Number(value)) <= FARTHEST;
const isColor = (/** @type {unknown} */ value) =>
  typeof value === "string" && /^#[0-9a-f]{6}$/.test(value);
const isId = (/** @type {unknown} */ value) => typeof value === "string" && /^o[0-9]+$/.test(value);
const isFactor = (/** @type {unknown} */ value) => isNumber(value) && Number(value) > 0;
const isTime = (/** @type {unknown} */ value) => isNumber(value) && Number(value) >= 0;
const isText = (/** @type {unknown} */ value) =>
  typeof value === "string" && value !== "" && [...value].length <= LONGEST_TEXT;

/**
 * @param {unknown} value
 * @param {readonly number[]} lengths
 * @param {(value: unknown) => boolean} test
 */
const isList = (value, lengths, test) =>
  Array.isArray(value) && lengths.includes(value.length) && value.every(test);

/** @param {unknown} value */
function isFog(value) {
  if (value === null) return true;
  if (!isObject(value) || !isColor(value.color)) return false;
  const { near, far } = value;
  return isPlace(near) && isPlace(far) && Number(near) >= 0 && Number(near) < Number(far);
}

/** @param {unknown} value */
const isPoint = (value) => isList(value, [3], isPlace);
/** @param {unknown} value */
const isPair = (value) => isList(value, [2], isPlace);
/** @param {unknown} value a radius and a height */
const isRim = (value) => isPair(value) && Number(/** @type {unknown[]} */ (value)[0]) >= 0;

/**
 * @param {number} least
 * @param {(value: unknown) => boolean} test
 */
const points = (least, test) =>
  new Value(
    least > 0 ? `${least} to ${MOST_POINTS} points` : `at most ${MOST_POINTS} places`,
    (value) =>
      Array.isArray(value) &&
      value.length >= least &&
      value.length <= MOST_POINTS &&
      value.every(test),
  );

/** @param {unknown} value */
function isFrame(value) {
  if (!isObject(value) || !isTime(value.time)) return false;
  const { position, rotation, scale } = value;
  if (position !== undefined && !isPoint(position)) return false;
  if (rotation !== undefined && !isList(rotation, [3], isNumber)) return false;
  return scale === undefined || isFactor(scale);
}

/** @param {unknown} value keyframes, each later than the one before */
function isFrames(value) {
  if (!Array.isArray(value) || value.length > MOST_POINTS || !value.every(isFrame)) return false;
  return value.every(({ time }, index) => index === 0 || time > value[index - 1].time);
}

/** @param {unknown} value */
function isWithout(value) {
  if (!isObject(value)) return false;
  const entries = Object.entries(value);
  return entries.every(([at, id]) => /^[1-9][0-9]{0,5}$/.test(at) && (id === null || isId(id)));
}

/** @param {unknown} value of a chart */
function isRows(value) {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_ROWS) return false;
  return value.every((row) => {
    if (!isObject(row) || !isNumber(row.value)) return false;
    const { label, series, x, z } = row;
    const texts = [label, series].every((text) => text === undefined || isText(text));
    return texts && [x, z].every((number) => number === undefined || isNumber(number));
  });
}

/** @param {number} length */
const numbers = (length) =>
  new Value(`${length} finite numbers`, (value) => isList(value, [length], isNumber));

const CHOICE = new Value("a name", (value) => typeof value === "string" && value !== "");

/** As sessions_app/scene/document/members.py has them, without the choices of a newer server. */
export const TYPES = new Map([
  ["aim", new Value("an id or a place", (value) => isId(value) || isPoint(value))],
  ["choice", CHOICE],
  ["color", new Value("a color such as #008688", isColor)],
  ["colors", new Value("one or two colors", (value) => isList(value, [1, 2], isColor))],
  [
    "contact",
    new Value("ids by relation", (value) => isObject(value) && Object.values(value).every(isId)),
  ],
  ["flag", new Value("true or false", (value) => typeof value === "boolean")],
  ["floor", CHOICE],
  ["fog", new Value("null, or a color, near and far", isFog)],
  ["frames", new Value("keyframes in the order of their times", isFrames)],
  ["id", new Value("an id or null", (value) => value === null || isId(value))],
  ["integer", new Value("a whole number", Number.isSafeInteger)],
  ["line", points(2, isPoint)],
  ["number", new Value("a finite number", isNumber)],
  ["number[2]", numbers(2)],
  ["number[3]", numbers(3)],
  ["number[6]", numbers(6)],
  ["outline", points(3, isPair)],
  ["points", points(0, isPoint)],
  ["profile", points(2, isRim)],
  ["rows", new Value(`1 to ${MOST_ROWS} rows`, isRows)],
  [
    "tags",
    new Value(
      `at most ${MOST_TAGS} texts`,
      (value) => Array.isArray(value) && value.length <= MOST_TAGS && value.every(isText),
    ),
  ],
  ["text", new Value(`a text of at most ${LONGEST_TEXT} signs`, isText)],
  ["without", new Value("ids or null by number", isWithout)],
]);

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
