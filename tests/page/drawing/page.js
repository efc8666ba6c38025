/** A page that draws what tests give it: `drawing` is called from outside, and answers with PNGs. */

import { Box3, MeshBasicMaterial, Vector3, WebGLRenderer } from "three";
import { AT_REST, sinceEachStart } from "../../../static/js/scene/motion/progress.js";
import { DrawnObjects } from "../../../static/js/scene/objects/drawn_objects.js";
import { loadedLetters, loadLetters } from "../../../static/js/scene/objects/lettering.js";
import { lettersGeometry } from "../../../static/js/scene/objects/text_geometry.js";
import { SceneDrawing } from "../../../static/js/scene/scene_drawing.js";
import { snapshots } from "../../../static/js/scene/snapshot.js";

/**
 * @import { Object3D } from "three"
 * @import { Objects } from "../../../static/js/scene/objects/drawn_objects.js"
 * @import { Letters } from "../../../static/js/scene/objects/lettering.js"
 * @import { SceneDocument } from "../../../static/js/document/schema.js"
 */

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
 * @param {number} at seconds since each motion's start
 */
async function show(shown, [width, height], at) {
  renderer.setSize(width, height, false);
  drawn ??= new SceneDrawing(renderer);
  drawn.show(shown);
  await drawn.complete();
  drawn.place(sinceEachStart(at));
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

/**
 * @param {Objects} objects
 * @returns {Promise<Record<string, number[][]>>} the lowest and highest corner of each by id
 */
async function bounds(objects) {
  await loadLetters();
  const all = new DrawnObjects();
  all.show(objects);
  all.updateMatrixWorld(true);
  const found = Object.keys(objects).map((id) => {
    const object = /** @type {Object3D} */ (all.at(id));
    const { min, max } = new Box3().setFromObject(object, true);
    return [id, [min.toArray(), max.toArray()]];
  });
  all.dispose();
  return Object.fromEntries(found);
}

/**
 * @param {string} text
 * @returns {Promise<number[]>} its natural width and height, in heights of a capital letter
 */
async function naturalSize(text) {
  await loadLetters();
  const letters = /** @type {Letters} */ (loadedLetters());
  const geometry = lettersGeometry(letters, text, letters.capital);
  geometry.computeBoundingBox();
  const { x, y } = /** @type {Box3} */ (geometry.boundingBox).getSize(new Vector3());
  return [x / letters.capital, y / letters.capital];
}

/**
 * @param {[width: number, height: number]} size in pixels
 * @returns {string} what is shown, as the server gets it
 */
function taken([width, height]) {
  if (drawn === null) throw new Error("Show a document first.");
  const asked = { size: { width, height }, cameras: [undefined], labels: [] };
  const [picture] = snapshots(renderer, drawn, asked, AT_REST);
  if (picture === undefined) throw new Error("There is no picture.");
  const image = new ImageData(picture.pixels, width, height);
  const upsideDown = Object.assign(document.createElement("canvas"), { width, height });
  upsideDown.getContext("2d")?.putImageData(image, 0, 0);
  return upsideDown.toDataURL();
}

/** The ways in which WebGL is asked to draw. */
const DRAWS = /** @type {const} */ ([
  "drawArrays",
  "drawElements",
  "drawArraysInstanced",
  "drawElementsInstanced",
]);

/**
 * @param {SceneDocument} shown
 * @param {[width: number, height: number]} size in pixels
 * @returns {Promise<number>} how many draw calls the whole picture takes, its shadows included
 */
async function drawCalls(shown, size) {
  const before = DRAWS.map((name) => context[name]);
  // Counted, but not drawn: a thousand copies take a processor more than a minute.
  for (const name of DRAWS) context[name] = () => {};
  await show(shown, size, 0);
  renderer.info.autoReset = false;
  renderer.info.reset();
  // Another one, so that everything is drawn that depends on where things are.
  await show({ ...shown, objects: { ...shown.objects } }, size, 0);
  renderer.info.autoReset = true;
  for (const [index, name] of DRAWS.entries()) Object.assign(context, { [name]: before[index] });
  return renderer.info.render.calls;
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

Object.assign(window, {
  drawing: { show, mask, taken, bounds, naturalSize, drawCalls, held, dispose },
});
