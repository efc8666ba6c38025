/** Loads models with three's loader; a chunk of its own, for scenes that have one. */

import { Box3, Mesh, Object3D, Texture, TextureLoader, Vector3 } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { clone } from "three/addons/utils/SkeletonUtils.js";
import { withRectangles } from "../lights/rectangles.js";
import { withSoftShadows } from "../lights/soft_shadows.js";
import { fileOf } from "./model_files.js";

/**
 * @import { BufferGeometry, Material } from "three"
 * @import { GLTFParser } from "three/addons/loaders/GLTFLoader.js"
 * @import { Model } from "./models.js"
 */

/**
 * @param {string} asset
 * @param {(came: number, size: number) => void} came
 * @returns {Promise<Model>}
 * @throws {Error} where it cannot be loaded
 */
export async function loadModel(asset, came) {
  const { url, headers } = fileOf(asset);
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`The model ${asset} cannot be loaded: HTTP ${answer.status}.`);
  const bytes = await bytesOf(answer, came);
  const loader = new GLTFLoader().register(withImages);
  const { scene, animations } = await loader.parseAsync(bytes.buffer, "");
  scene.animations = animations;
  const size = fitted(scene);
  /** @type {Set<Material>} */
  const materials = new Set();
  scene.traverse((part) => {
    if (!(part instanceof Mesh)) return;
    if (part.geometry.getAttribute("normal") === undefined) part.geometry = faceted(part.geometry);
    part.castShadow = true;
    part.receiveShadow = true;
    for (const material of [part.material].flat()) materials.add(material);
  });
  for (const material of materials) {
    material.dithering = true;
    if ("roughness" in material) withSoftShadows(material, withRectangles);
  }
  return {
    figure: () => figureOf(scene, size),
    dispose: () => disposed(scene, materials),
  };
}

/**
 * @param {Response} answer
 * @param {(came: number, size: number) => void} came
 */
async function bytesOf(answer, came) {
  const size = Number(answer.headers.get("content-length"));
  const bytes = new Uint8Array(size);
  const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
  let at = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    bytes.set(piece.value, at);
    at += piece.value.length;
    came(at, size);
  }
  if (at < size) throw new Error("A model was cut off.");
  return bytes;
}

/**
 * The page's policy lets images be read from blobs, and nothing be fetched from them.
 *
 * @param {GLTFParser} parser
 */
function withImages(parser) {
  parser.textureLoader = new TextureLoader(parser.options.manager);
  return { name: "images" };
}

/**
 * Without normals, faces are flat; shadows need them all the same, or a surface shades itself.
 *
 * @param {BufferGeometry} geometry
 */
function faceted(geometry) {
  const flat = geometry.index === null ? geometry : geometry.toNonIndexed();
  flat.computeVertexNormals();
  return flat;
}

/**
 * @param {Object3D} scene is moved, so that its box is about the origin
 * @returns {Vector3} how large that is
 */
function fitted(scene) {
  scene.updateMatrixWorld(true);
  const box = new Box3().setFromObject(scene, true);
  scene.position.sub(box.getCenter(new Vector3()));
  return box.getSize(new Vector3());
}

/**
 * @param {Object3D} scene
 * @param {Vector3} size
 */
function figureOf(scene, size) {
  const figure = new Object3D();
  figure.userData = { isFigure: true };
  figure.add(clone(scene));
  // What is flat has no size one way, and is not stretched there.
  const scale = size.toArray().map((side) => (side > 0 ? 1 / side : 1));
  const unit = new Object3D();
  unit.scale.fromArray(scale);
  unit.add(...figure.children);
  figure.add(unit);
  return figure;
}

/**
 * @param {Object3D} scene
 * @param {Set<Material>} materials
 */
function disposed(scene, materials) {
  scene.traverse((part) => {
    if (part instanceof Mesh) part.geometry.dispose();
  });
  for (const material of materials) {
    for (const value of Object.values(material)) {
      if (value instanceof Texture) value.dispose();
    }
    material.dispose();
  }
}
