/** A page that draws what tests give it: `drawing` is called from outside, and answers with PNGs. */

import { MeshBasicMaterial, WebGLRenderer } from "three";
import { SceneDrawing } from "../../../static/js/scene/scene_drawing.js";

/** @import { SceneDocument } from "../../../static/js/document/schema.js" */

const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector("canvas"));
const context = /** @type {WebGL2RenderingContext} */ (
  canvas.getContext("webgl2", { antialias: true, alpha: false })
);
const renderer = new WebGLRenderer({ canvas, context });
/** @type {SceneDrawing | null} */
let drawn = null;
let aspect = 1;

/**
 * @param {SceneDocument} shown
 * @param {[width: number, height: number]} size in pixels
 */
function show(shown, [width, height]) {
  renderer.setSize(width, height, false);
  drawn ??= new SceneDrawing(renderer);
  drawn.show(shown);
  aspect = width / height;
  drawn.render(drawn.homeCamera(aspect));
  return canvas.toDataURL();
}

/** @returns {string} the objects of what is shown in white, before black */
function mask() {
  if (drawn === null) throw new Error("Show a document first.");
  const { scene, objects } = drawn;
  const white = new MeshBasicMaterial({ toneMapped: false });
  const hidden = scene.children.filter((child) => child !== objects && child.visible);
  for (const child of hidden) child.visible = false;
  scene.overrideMaterial = white;
  renderer.render(scene, drawn.homeCamera(aspect));
  scene.overrideMaterial = null;
  for (const child of hidden) child.visible = true;
  white.dispose();
  return canvas.toDataURL();
}

/** What the renderer holds. */
function held() {
  const { geometries, textures } = renderer.info.memory;
  return { geometries, textures, programs: renderer.info.programs?.length ?? 0 };
}

function dispose() {
  drawn?.dispose();
  drawn = null;
}

Object.assign(window, { drawing: { show, mask, held, dispose } });
