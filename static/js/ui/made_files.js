/** The files that a scene becomes: pictures and 3D models. */

import { areKnown, knownSize } from "../scene/known_pixels.js";
import { pngOf } from "./png.js";
import { NO_READBACK, NO_WEBGL } from "./words.js";

/**
 * @import { ViewCamera } from "../net/messages.js"
 * @import { Size } from "../scene/known_pixels.js"
 * @import { Stage } from "../scene/stage.js"
 *
 * @typedef {{ revision: number, bytes: Uint8Array<ArrayBuffer> }} MadeFile and what it shows
 *
 * @typedef {object} AskedPicture
 * @property {Size} size
 * @property {ViewCamera | undefined} [camera] the scene's own where it is missing
 * @property {readonly string[] | undefined} [shown] the ids of what is drawn beside the lights; everything
 * @property {boolean} [transparent] whether nothing is behind the objects
 */

/** Where the first pixel has it. */
const ALPHA = 3;

/** `code` is one of those that a page answers with (docs/protocol.md), `message` for a person. */
export class FailedError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * A picture of the confirmed scene, without light frames and what marks a selection.
 *
 * @param {Pick<Stage, "webgl" | "snapshots" | "knownPixels">} stage
 * @param {AskedPicture} asked
 * @returns {Promise<MadeFile>} a PNG
 * @throws {FailedError} where this browser draws nothing, or does not hand out what it draws
 * @throws {Error} where it is too large for this device
 */
export async function pngFile(stage, { size, camera, shown, transparent = false }) {
  if (stage.webgl !== "ok") throw new FailedError("no_webgl", NO_WEBGL);
  const asked = { size, cameras: [camera], labels: [], transparent };
  const taken = stage.snapshots(asked, shown === undefined ? {} : { shown });
  if (taken === null) throw new FailedError("no_webgl", NO_WEBGL);
  const [picture] = taken.pictures;
  if (picture === undefined) throw new Error("No picture was drawn.");
  // A graphics card that has no memory for so large a picture leaves it empty.
  if (!transparent && picture.pixels[ALPHA] === 0) throw new Error("The picture is empty.");
  const known = knownSize(size);
  const pixels = stage.knownPixels(known);
  if (pixels === null || !areKnown(pixels, known, "lowest")) {
    throw new FailedError("no_readback", NO_READBACK);
  }
  return { revision: taken.revision, bytes: await pngOf(picture.pixels, size, { transparent }) };
}

/**
 * @param {Pick<Stage, "confirmed">} stage
 * @param {readonly string[] | null} ids of the objects to take; null for all
 * @returns {Promise<MadeFile>} binary glTF
 * @throws {Error} before the first scene, or where what makes it cannot be loaded
 */
export async function glbFile({ confirmed }, ids) {
  if (confirmed === null) throw new Error("There is no scene yet.");
  const { glbOf } = await import("../scene/glb.js");
  const bytes = new Uint8Array(await glbOf(confirmed.document, ids));
  return { revision: confirmed.revision, bytes };
}
