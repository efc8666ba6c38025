/** Where objects are in a picture, by what is seen of them: what others cover does not count. */

import { Color, DoubleSide, NoColorSpace, Scene, ShaderMaterial, WebGLRenderTarget } from "three";

/**
 * @import { Mesh, Object3D, PerspectiveCamera, WebGLRenderer } from "three"
 * @import { Size } from "./known_pixels.js"
 *
 * @typedef {object} Mark what is seen of an object, in pixels from the left and the top
 * @property {string} id
 * @property {number} left
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 * @property {number} x of a pixel of the object, near the middle of what is seen
 * @property {number} y
 * @property {number} pixels how many are seen
 */

/** One byte of a pixel names an object; 0 is none of them. */
const MOST = 255;
/** Fewer are not worth a name. */
const LEAST_PIXELS = 6;

const VERTEX = /* glsl */ `
void main() {
  vec4 at = vec4(position, 1.0);
  #ifdef USE_INSTANCING
    at = instanceMatrix * at;
  #endif
  gl_Position = projectionMatrix * modelViewMatrix * at;
}
`;
/** Of what one sees through, every other pixel is what lies behind. */
const FRAGMENT = /* glsl */ `
uniform float number;
uniform bool seenThrough;
void main() {
  if (seenThrough && mod(floor(gl_FragCoord.x) + floor(gl_FragCoord.y), 2.0) > 0.5) discard;
  gl_FragColor = vec4(number / 255.0, 0.0, 0.0, 1.0);
}
`;

/**
 * @param {WebGLRenderer} renderer
 * @param {Object3D} things
 * @param {PerspectiveCamera} camera
 * @param {Size} size
 * @param {readonly string[]} ids at most 255
 * @returns {Mark[]} of those that are seen, in the order of the ids
 */
export function marksOf(renderer, things, camera, size, ids) {
  const named = ids.slice(0, MOST);
  if (named.length === 0) return [];
  return found(numbersIn(renderer, things, camera, size, named), size, named);
}

/**
 * @param {WebGLRenderer} renderer
 * @param {Object3D} things
 * @param {PerspectiveCamera} camera
 * @param {Size} size
 * @param {readonly string[]} ids
 * @returns {Uint8Array} RGBA, the lowest row first; red is the number of the object, from 1
 */
function numbersIn(renderer, things, camera, { width, height }, ids) {
  const numbers = new Map(ids.map((id, index) => [id, index + 1]));
  const material = new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    side: DoubleSide,
    uniforms: { number: { value: 0 }, seenThrough: { value: false } },
  });
  const { number, seenThrough } = material.uniforms;
  material.onBeforeRender = (_renderer, _scene, _camera, _geometry, object) => {
    if (number) number.value = numberOf(object, numbers);
    if (seenThrough) seenThrough.value = isSeenThrough(object);
    material.uniformsNeedUpdate = true;
  };
  const target = new WebGLRenderTarget(width, height, { colorSpace: NoColorSpace });
  const pixels = new Uint8Array(4 * width * height);
  const scene = new Scene();
  scene.overrideMaterial = material;
  const { parent } = things;
  const before = renderer.getClearColor(new Color());
  try {
    scene.add(things);
    renderer.setClearColor(0);
    renderer.setRenderTarget(target);
    renderer.clear();
    renderer.render(scene, camera);
    renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
  } finally {
    parent?.add(things);
    renderer.setRenderTarget(null);
    renderer.setClearColor(before);
    target.dispose();
    material.dispose();
  }
  return pixels;
}

/**
 * @param {Object3D | null} object
 * @param {Map<string, number>} numbers by the id that is the name of an object's drawing
 */
function numberOf(object, numbers) {
  for (let part = object; part !== null; part = part.parent) {
    const number = numbers.get(part.name);
    if (number !== undefined) return number;
  }
  return 0;
}

/** @param {Object3D} object */
function isSeenThrough(object) {
  const { material } = /** @type {Mesh} */ (object);
  const { opacity = 1, transmission = 0 } =
    /** @type {{ opacity?: number, transmission?: number }} */ (material);
  return opacity < 1 || transmission > 0;
}

/**
 * @param {Uint8Array} pixels as `numbersIn` returns them
 * @param {Size} size
 * @param {readonly string[]} ids
 * @returns {Mark[]}
 */
function found(pixels, { width, height }, ids) {
  const marks = ids.map((id) => ({
    id,
    left: width,
    top: height,
    right: 0,
    bottom: 0,
    x: 0,
    y: 0,
    pixels: 0,
  }));
  each(pixels, width, height, (number, x, y) => {
    const mark = marks[number - 1];
    if (mark === undefined) return;
    mark.left = Math.min(mark.left, x);
    mark.right = Math.max(mark.right, x + 1);
    mark.top = Math.min(mark.top, y);
    mark.bottom = Math.max(mark.bottom, y + 1);
    mark.x += x;
    mark.y += y;
    mark.pixels++;
  });
  const middles = marks.map(({ x, y, pixels: count }) => [x / count, y / count]);
  const nearest = marks.map(() => Number.POSITIVE_INFINITY);
  each(pixels, width, height, (number, x, y) => {
    const [mark, middle] = [marks[number - 1], middles[number - 1]];
    if (mark === undefined || middle === undefined) return;
    const [across = 0, down = 0] = middle;
    const away = (x - across) ** 2 + (y - down) ** 2;
    if (away >= (nearest[number - 1] ?? 0)) return;
    nearest[number - 1] = away;
    Object.assign(mark, { x, y });
  });
  return marks.filter(({ pixels: count }) => count >= LEAST_PIXELS);
}

/**
 * @param {Uint8Array} pixels
 * @param {number} width
 * @param {number} height
 * @param {(number: number, x: number, y: number) => void} visit each pixel of an object, from the
 *   left and the top
 */
function each(pixels, width, height, visit) {
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      const number = pixels[4 * (row * width + x)] ?? 0;
      if (number > 0) visit(number, x, height - 1 - row);
    }
  }
}
