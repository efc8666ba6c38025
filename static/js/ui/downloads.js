/** What a person takes away of a scene: made in this page, and saved by the browser. */

import { FailedError, glbFile, pngFile } from "./made_files.js";
import { filmOfTurn } from "./turntable.js";
import { DOWNLOAD_FAILED } from "./words.js";

/**
 * @import { Size } from "../scene/known_pixels.js"
 * @import { Stage } from "../scene/stage.js"
 * @import { Filming } from "./turntable.js"
 *
 * @typedef {"png" | "glb" | "selected" | "json" | "turntable"} DownloadKind
 *
 * @typedef {object} Asked
 * @property {DownloadKind} kind
 * @property {Size} size of a picture
 * @property {boolean} transparent
 * @property {readonly string[]} selected ids
 */

const LONGEST_NAME = 60;
const OF_SCENE = "scene";
/** What Windows keeps for devices, whatever comes after a dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
/** Until a browser has surely begun to save it. */
const KEPT_MS = 60_000;

/**
 * @param {Stage} stage
 * @param {Asked} asked
 * @param {Filming} filming
 * @returns {Promise<string | null>} why there is no file, for the person; null where there is one, or
 *   where they have ended it themselves
 */
export async function download(stage, asked, filming) {
  try {
    save(await made(stage, asked, filming), nameFor(stage, asked));
    return null;
  } catch (error) {
    if (filming.signal.aborted) return null;
    if (error instanceof FailedError) return error.message;
    console.error(error);
    return DOWNLOAD_FAILED.text;
  }
}

/**
 * @param {Stage} stage
 * @param {Asked} asked
 * @param {Filming} filming
 * @returns {Promise<Blob>}
 */
async function made(stage, { kind, size, transparent, selected }, filming) {
  switch (kind) {
    case "png": {
      const camera = stage.view.seen(size.width / size.height);
      const { bytes } = await pngFile(stage, { size, camera, transparent });
      return new Blob([bytes], { type: "image/png" });
    }
    case "glb":
    case "selected": {
      const { bytes } = await glbFile(stage, kind === "selected" ? selected : null);
      return new Blob([bytes], { type: "model/gltf-binary" });
    }
    case "json":
      return new Blob([sceneText(stage)], { type: "application/json" });
    case "turntable":
      return filmOfTurn(stage, filming);
  }
}

/**
 * @param {Pick<Stage, "confirmed">} stage
 * @returns {string} the document that `export_scene` gives as json; no link or key is in it
 */
function sceneText({ confirmed }) {
  if (confirmed === null) throw new Error("There is no scene yet.");
  return JSON.stringify(confirmed.document);
}

/**
 * @param {Pick<Stage, "confirmed">} stage
 * @param {Asked} asked
 */
function nameFor({ confirmed }, { kind, selected }) {
  const [only, ...others] = kind === "selected" ? selected : [];
  const one = only !== undefined && others.length === 0 && confirmed?.document.objects[only]?.name;
  return fileName(one || confirmed?.document.name || OF_SCENE, extensionOf(kind));
}

/** @param {DownloadKind} kind */
function extensionOf(kind) {
  if (kind === "turntable") return "webm";
  return kind === "selected" ? "glb" : kind;
}

/**
 * @param {string} name whatever people and models call it
 * @param {string} extension
 * @returns {string} that every file system takes; `sessions_app/web/file_names.py` does the same
 */
export function fileName(name, extension) {
  const words = name.normalize("NFC").match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [OF_SCENE];
  const signs = [...words.join("-")].slice(0, LONGEST_NAME);
  const whole = signs.join("");
  return `${RESERVED.test(whole) ? `${OF_SCENE}-${whole}` : whole}.${extension}`;
}

/**
 * @param {Blob} content
 * @param {string} name
 */
function save(content, name) {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
}
