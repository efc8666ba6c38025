/** Pictures of the scene that are drawn beside the one on the screen. */

import { Color, SRGBColorSpace, WebGLRenderTarget } from "three";
import { knownCells } from "./known_pixels.js";
import { marksOf } from "./marks.js";

/**
 * @import { WebGLRenderer } from "three"
 * @import { ViewCamera } from "../net/messages.js"
 * @import { Size } from "./known_pixels.js"
 * @import { Mark } from "./marks.js"
 * @import { Moment } from "./motion/progress.js"
 * @import { SceneDrawing } from "./scene_drawing.js"
 *
 * @typedef {object} Asked
 * @property {Size} size of each picture
 * @property {(ViewCamera | undefined)[]} cameras one for each picture; the scene's own where it is
 *   missing
 * @property {readonly string[]} labels the ids of the objects to find in each
 * @property {boolean} [transparent] whether nothing is behind the objects, not even a colored floor
 *
 * @typedef {object} Snapshot
 * @property {Uint8ClampedArray<ArrayBuffer>} pixels RGBA in sRGB, the lowest row first; of a
 *   transparent picture, the colors multiplied by alpha
 * @property {Mark[]} marks where the objects are
 */

/** What browsers antialias a canvas with. */
const SAMPLES = 4;
/** After this time the pictures that are left are not drawn: meanwhile the page stands still. */
const LONGEST_MS = 5000;

/**
 * Draws and reads back in this task, without the canvas: what is on the screen stays as it is,
 * and a hidden tab, which gets no frames, has a picture too.
 *
 * @param {WebGLRenderer} renderer
 * @param {SceneDrawing} drawing
 * @param {Asked} asked
 * @param {Moment} moment
 * @returns {Snapshot[]} at least the first; fewer than asked where drawing takes too long
 */
export function snapshots(renderer, drawing, asked, moment) {
  const { size, cameras, labels, transparent = false } = asked;
  const alpha = renderer.getClearAlpha();
  drawing.place(moment);
  drawing.showBehind(!transparent);
  if (transparent) renderer.setClearAlpha(0);
  const beganMs = performance.now();
  const pictures = [];
  for (const view of cameras) {
    if (pictures.length > 0 && performance.now() - beganMs > LONGEST_MS) break;
    const camera = drawing.cameraFor(view, size.width / size.height);
    const pixels = readBack(renderer, size, SAMPLES, () => drawing.render(camera));
    pictures.push({ pixels, marks: marksOf(renderer, drawing.objects, camera, size, labels) });
  }
  renderer.setClearAlpha(alpha);
  drawing.showBehind(true);
  // Of no use to the picture on the screen, which has a size of its own.
  drawing.objects.freeBehindGlass();
  return pictures;
}

/**
 * Draws the known pixels and reads them back as a picture.
 *
 * @param {WebGLRenderer} renderer
 * @param {Size} size
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA in sRGB, the lowest row first
 */
export function knownPixels(renderer, size) {
  const before = renderer.getClearColor(new Color());
  const filled = new Color();
  // No samples: what clears a target that has some stays in them.
  const pixels = readBack(renderer, size, 0, (target) => {
    target.scissorTest = true;
    for (const { left, bottom, width, height, color } of knownCells(size)) {
      target.scissor.set(left, bottom, width, height);
      renderer.setRenderTarget(target);
      renderer.setClearColor(filled.setRGB(...color));
      renderer.clear();
    }
  });
  renderer.setClearColor(before);
  return pixels;
}

/**
 * @param {WebGLRenderer} renderer
 * @param {Size} size
 * @param {number} samples
 * @param {(target: WebGLRenderTarget) => void} draw
 * @returns {Uint8ClampedArray<ArrayBuffer>}
 */
function readBack(renderer, { width, height }, samples, draw) {
  const colors = /** @type {const} */ ({ colorSpace: SRGBColorSpace, internalFormat: "RGBA8" });
  const target = new WebGLRenderTarget(width, height, { ...colors, samples });
  // Of three's targets these alone get the tone curve, and from its shaders colors of sRGB, as the
  // canvas does; stored as they are, for OpenGL would encode them once more.
  Object.assign(target, { isXRRenderTarget: true });
  const pixels = new Uint8ClampedArray(4 * width * height);
  try {
    renderer.setRenderTarget(target);
    draw(target);
    renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
  } finally {
    renderer.setRenderTarget(null);
    target.dispose();
  }
  return pixels;
}
