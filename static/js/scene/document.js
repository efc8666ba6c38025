/** The scene document, version 1: its shape, and the check that a document has it. */

/**
 * @typedef {[number, number, number]} Vector3Values
 * @typedef {{ azimuthDegrees: number, elevationDegrees: number, distance: number }} Spherical
 * @typedef {{ color: string, scale: Vector3Values, rotationDegrees: Vector3Values }} Model
 * @typedef {Spherical & { color: string, intensity: number, size: [number, number] }} Light
 * @typedef {Spherical & { fovDegrees: number }} Camera
 *
 * @typedef {object} SceneDocument
 * @property {1} version
 * @property {Model} model
 * @property {{ key: Light, fill: Light }} lights
 * @property {{ color: string, intensity: number }} ambient
 * @property {{ color: string }} background
 * @property {Camera} camera
 */

/** @typedef {{ test: (value: unknown) => boolean, accepts: string }} Rule */

/** @type {(value: unknown) => boolean} */
const isNumber = (value) => Number.isFinite(value);

/** @type {Rule} */
const NUMBER = { test: isNumber, accepts: "a finite number" };

/** @type {Rule} */
const COLOR = {
  test: (value) => typeof value === "string" && /^#[0-9a-f]{6}$/.test(value),
  accepts: "a color such as #008688",
};

/** @type {(length: number) => Rule} */
const numbers = (length) => ({
  test: (value) => Array.isArray(value) && value.length === length && value.every(isNumber),
  accepts: `${length} finite numbers`,
});

const SPHERICAL = { azimuthDegrees: NUMBER, elevationDegrees: NUMBER, distance: NUMBER };
const LIGHT = { ...SPHERICAL, color: COLOR, intensity: NUMBER, size: numbers(2) };

const SHAPE = {
  version: { test: (/** @type {unknown} */ value) => value === 1, accepts: "1" },
  model: { color: COLOR, scale: numbers(3), rotationDegrees: numbers(3) },
  lights: { key: LIGHT, fill: LIGHT },
  ambient: { color: COLOR, intensity: NUMBER },
  background: { color: COLOR },
  camera: { ...SPHERICAL, fovDegrees: NUMBER },
};

/**
 * @param {unknown} value
 * @returns {SceneDocument} the same value
 * @throws {Error} naming the first member that is missing or not as it must be
 */
export function checkedDocument(value) {
  requireShape(value, SHAPE, "scene");
  return /** @type {SceneDocument} */ (value);
}

/**
 * Members that the shape does not name are let through: a newer server may add some.
 *
 * @param {any} value
 * @param {any} shape a Rule, or an object of shapes
 * @param {string} path
 */
function requireShape(value, shape, path) {
  if (typeof shape.test === "function") {
    if (shape.test(value)) return;
    throw new Error(`${path} is ${JSON.stringify(value)}; it must be ${shape.accepts}.`);
  }
  if (typeof value !== "object" || value === null) {
    throw new Error(`${path} is ${JSON.stringify(value)}; it must be an object.`);
  }
  for (const [key, inner] of Object.entries(shape)) {
    requireShape(value[key], inner, `${path}.${key}`);
  }
}
