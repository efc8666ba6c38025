/** Makes a model plain: what it needs and nothing else, in one GLB that three draws by itself. */

import { ImageUtils, Logger, PropertyType, WebIO } from "@gltf-transform/core";
import {
  EXTMeshoptCompression,
  EXTTextureWebP,
  KHRDracoMeshCompression,
  KHRMaterialsAnisotropy,
  KHRMaterialsClearcoat,
  KHRMaterialsDispersion,
  KHRMaterialsEmissiveStrength,
  KHRMaterialsIOR,
  KHRMaterialsIridescence,
  KHRMaterialsSheen,
  KHRMaterialsSpecular,
  KHRMaterialsTransmission,
  KHRMaterialsUnlit,
  KHRMaterialsVolume,
  KHRMeshQuantization,
  KHRTextureTransform,
} from "@gltf-transform/extensions";
import { dedup, prune } from "@gltf-transform/functions";
import wasmBinary from "draco3dgltf/draco_decoder_gltf.wasm";
import createDecoderModule from "draco3dgltf/draco_decoder_gltf_nodejs.js";
import { MeshoptDecoder } from "meshoptimizer";
import { boundsOf } from "./bounds.js";
import { RefusedError } from "./refusal.js";

/** @import { Document } from "@gltf-transform/core" */

/** Beyond the first two, those that the page's loader draws. */
const EXTENSIONS = [
  KHRDracoMeshCompression,
  EXTMeshoptCompression,
  EXTTextureWebP,
  KHRMaterialsAnisotropy,
  KHRMaterialsClearcoat,
  KHRMaterialsDispersion,
  KHRMaterialsEmissiveStrength,
  KHRMaterialsIOR,
  KHRMaterialsIridescence,
  KHRMaterialsSheen,
  KHRMaterialsSpecular,
  KHRMaterialsTransmission,
  KHRMaterialsUnlit,
  KHRMaterialsVolume,
  KHRMeshQuantization,
  KHRTextureTransform,
];
const IMAGES = ["image/png", "image/jpeg", "image/webp"];
const MAX_TEXTURE_PIXELS = 4096;
const MAX_TRIANGLES = 2_000_000;
const MAX_NAMES = 200;
const MAX_NAME = 64;

/**
 * @param {Uint8Array} file that the validator accepts
 * @param {boolean} isBinary
 */
export async function madePlain(file, isBinary) {
  const io = new WebIO()
    .setLogger(new Logger(Logger.Verbosity.SILENT))
    .registerExtensions(EXTENSIONS)
    .registerDependencies({
      "draco3d.decoder": await createDecoderModule({ wasmBinary }),
      "meshopt.decoder": MeshoptDecoder,
    });
  const document = await (isBinary
    ? io.readBinary(file)
    : io.readJSON({ json: JSON.parse(new TextDecoder().decode(file)), resources: {} }));
  const root = document.getRoot();
  const scene = root.getDefaultScene() ?? root.listScenes()[0];
  if (!scene) throw new RefusedError("It has no scene.");
  for (const other of root.listScenes()) if (other !== scene) other.dispose();
  root.setDefaultScene(scene);
  requireTextures(document);
  for (const extension of root.listExtensionsUsed()) {
    if (["KHR_draco_mesh_compression", "EXT_meshopt_compression"].includes(extension.extensionName))
      extension.dispose();
  }
  for (const camera of root.listCameras()) camera.dispose();
  const bounds = boundsOf(scene);
  if (!bounds.min.every(Number.isFinite)) throw new RefusedError("There is nothing in it to draw.");
  if (bounds.triangles > MAX_TRIANGLES) {
    throw new RefusedError(
      `It has ${bounds.triangles} triangles; at most ${MAX_TRIANGLES} are accepted.`,
    );
  }
  const kinds = [PropertyType.ACCESSOR, PropertyType.TEXTURE, PropertyType.MESH];
  // Whether a picture is of one color is seen in its pixels alone, and none is unpacked here.
  await document.transform(prune({ keepSolidTextures: true }), dedup({ propertyTypes: kinds }));
  return { glb: await io.writeBinary(document), facts: { ...bounds, ...namesOf(document) } };
}

/** @param {Document} document */
function requireTextures(document) {
  for (const texture of document.getRoot().listTextures()) {
    const image = texture.getImage();
    const type = image && ImageUtils.getMimeType(image);
    const size = image && type && IMAGES.includes(type) && ImageUtils.getSize(image, type);
    if (!size) throw new RefusedError("One of its textures is no PNG, JPEG or WebP picture.");
    if (Math.max(...size) > MAX_TEXTURE_PIXELS) {
      throw new RefusedError(
        `One of its textures has ${size[0]} × ${size[1]} pixels; at most ${MAX_TEXTURE_PIXELS} a` +
          " side are accepted.",
      );
    }
    texture.setMimeType(type);
  }
}

/** @param {Document} document */
function namesOf(document) {
  const root = document.getRoot();
  const named = (/** @type {{ getName(): string }[]} */ all) =>
    [...new Set(all.map((each) => each.getName().slice(0, MAX_NAME)))]
      .filter(Boolean)
      .slice(0, MAX_NAMES);
  const clips = root.listAnimations().map((clip) => ({
    name: clip.getName().slice(0, MAX_NAME),
    seconds: Math.max(
      0,
      ...clip.listSamplers().map((sampler) => sampler.getInput()?.getMax([])[0] ?? 0),
    ),
  }));
  return {
    clips: clips.slice(0, MAX_NAMES),
    parts: named(root.listNodes().filter((node) => node.getMesh())),
    materials: named(root.listMaterials()),
  };
}
