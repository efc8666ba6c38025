/** A picture of the scene that is drawn beside the one on the screen. */

import { SRGBColorSpace, WebGLRenderTarget } from "three";

/** @import { Camera, Scene, WebGLRenderer } from "three" */

/** What browsers antialias a canvas with. */
const SAMPLES = 4;

/**
 * Draws and reads back in this task, without the canvas: what is on the screen stays as it is,
 * and a hidden tab, which gets no frames, has a picture too.
 *
 * @param {WebGLRenderer} renderer
 * @param {Scene} scene
 * @param {Camera} camera
 * @param {{ width: number, height: number }} size
 * @returns {Uint8ClampedArray<ArrayBuffer>} RGBA in sRGB, the lowest row first
 */
export function snapshot(renderer, scene, camera, { width, height }) {
  // Into a target, three's shaders write linear light; an sRGB target encodes it for the screen.
  const target = new WebGLRenderTarget(width, height, {
    colorSpace: SRGBColorSpace,
    samples: SAMPLES,
  });
  const pixels = new Uint8ClampedArray(4 * width * height);
  try {
    renderer.setRenderTarget(target);
    renderer.render(scene, camera);
    renderer.readRenderTargetPixels(target, 0, 0, width, height, pixels);
  } finally {
    renderer.setRenderTarget(null);
    target.dispose();
  }
  return pixels;
}
