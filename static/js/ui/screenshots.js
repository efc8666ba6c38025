/** Answers `takeScreenshot`: the scene as its own camera sees it, whatever the person looks at. */

import { areKnown, knownSize } from "../scene/known_pixels.js";
import { allowedSize, decodedJpeg, fittingJpeg, jpegEncoder } from "./jpeg.js";
import { NO_READBACK, NO_WEBGL } from "./words.js";

/**
 * @import { RequestAnswer, Screenshot, ScreenshotParams } from "../net/messages.js"
 * @import { Size } from "../scene/known_pixels.js"
 * @import { RevisionWaits } from "../document/revision_waits.js"
 * @import { Stage } from "../scene/stage.js"
 */

const TEST_QUALITY = 0.8;

export class Screenshots {
  #stage;
  #revisions;

  /**
   * @param {Pick<Stage, "webgl" | "snapshot" | "knownPixels">} stage
   * @param {RevisionWaits} revisions
   */
  constructor(stage, revisions) {
    this.#stage = stage;
    this.#revisions = revisions;
  }

  /**
   * @param {ScreenshotParams} params
   * @param {AbortSignal} signal
   * @returns {Promise<RequestAnswer<Screenshot>>}
   */
  async take(params, signal) {
    if (this.#stage.webgl !== "ok") return failure("no_webgl", NO_WEBGL);
    if (!(await this.#revisions.reached(params.revision, params.withinMs, signal))) {
      return failure("behind", `The scene did not come to revision ${params.revision} in time.`);
    }
    try {
      return await this.#picture(params);
    } catch (error) {
      console.error(error);
      return failure("failed", "The picture could not be made.");
    }
  }

  /**
   * @param {ScreenshotParams} params
   * @returns {Promise<RequestAnswer<Screenshot>>}
   */
  async #picture(params) {
    const size = allowedSize(params);
    const taken = this.#stage.snapshot(size, params.at);
    if (taken === null) return failure("no_webgl", NO_WEBGL);
    const jpeg = fittingJpeg(size, jpegEncoder(taken.pixels, size));
    if (!(await this.#readsBack(size))) return failure("no_readback", NO_READBACK);
    return { result: { revision: taken.revision, mimeType: "image/jpeg", ...jpeg } };
  }

  /**
   * @param {Size} size
   * @returns {Promise<boolean>} whether known pixels come through all that a picture goes through
   */
  async #readsBack(size) {
    const known = knownSize(size);
    const pixels = this.#stage.knownPixels(known);
    if (pixels === null || !areKnown(pixels, known, "lowest")) return false;
    const data = jpegEncoder(pixels, known)(known, TEST_QUALITY);
    return areKnown(await decodedJpeg(data, known), known, "highest");
  }
}

/**
 * @param {string} code
 * @param {string} message
 */
function failure(code, message) {
  return { error: { code, message } };
}
