/** Answers `takeScreenshot`: the scene as its own camera sees it, whatever the person looks at. */

import { allowedSize, fittingJpeg, jpegEncoder } from "./jpeg.js";
import { NO_WEBGL } from "./words.js";

/**
 * @import { RequestAnswer, Screenshot, ScreenshotParams } from "../net/messages.js"
 * @import { RevisionWaits } from "../scene/revision_waits.js"
 * @import { Stage } from "../scene/stage.js"
 */

export class Screenshots {
  #stage;
  #revisions;

  /**
   * @param {Pick<Stage, "webgl" | "snapshot">} stage
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
      return this.#picture(params);
    } catch (error) {
      console.error(error);
      return failure("failed", "The picture could not be made.");
    }
  }

  /**
   * @param {ScreenshotParams} params
   * @returns {RequestAnswer<Screenshot>}
   */
  #picture(params) {
    const size = allowedSize(params);
    const taken = this.#stage.snapshot(size);
    if (taken === null) return failure("no_webgl", NO_WEBGL);
    const jpeg = fittingJpeg(size, jpegEncoder(taken.pixels, size));
    return { result: { revision: taken.revision, mimeType: "image/jpeg", ...jpeg } };
  }
}

/**
 * @param {string} code
 * @param {string} message
 */
function failure(code, message) {
  return { error: { code, message } };
}
