/** Answers `takeScreenshot` and `takeViews`: the confirmed scene, whatever the person looks at. */

import { areKnown, knownSize } from "../scene/known_pixels.js";
import { allowedSize, decodedJpeg, fittingJpeg, jpegEncoder, upright } from "./jpeg.js";
import { composed } from "./picture.js";
import { NO_READBACK, NO_WEBGL } from "./words.js";

/**
 * @import { AskedViews, RequestAnswer, Screenshot, ScreenshotParams } from "../net/messages.js"
 * @import { Size } from "../scene/known_pixels.js"
 * @import { RevisionWaits } from "../document/revision_waits.js"
 * @import { Stage } from "../scene/stage.js"
 */

const TEST_QUALITY = 0.8;

export class Screenshots {
  #stage;
  #revisions;

  /**
   * @param {Pick<Stage, "webgl" | "snapshots" | "knownPixels">} stage
   * @param {RevisionWaits} revisions
   */
  constructor(stage, revisions) {
    this.#stage = stage;
    this.#revisions = revisions;
  }

  /**
   * @param {ScreenshotParams & Partial<AskedViews>} params without views, the scene's own camera's
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
   * @param {ScreenshotParams & Partial<AskedViews>} params
   * @returns {Promise<RequestAnswer<Screenshot>>}
   */
  async #picture(params) {
    const whole = allowedSize(params);
    const { at, columns = 1, labels = [], shown, views = [{ title: "" }] } = params;
    const rows = Math.ceil(views.length / columns);
    const size = {
      width: Math.floor(whole.width / columns),
      height: Math.floor(whole.height / rows),
    };
    const asked = { size, cameras: views.map(({ camera }) => camera), labels };
    const taken = this.#stage.snapshots(asked, { at, shown });
    if (taken === null) return failure("no_webgl", NO_WEBGL);
    const { document, pictures, revision } = taken;
    const titled = pictures.map((snapshot, index) => {
      return { title: views[index]?.title ?? "", snapshot };
    });
    const nameOf = (/** @type {string} */ id) => document.objects[id]?.name ?? "";
    const picture = composed(titled, { size, columns, rows, nameOf });
    const jpeg = fittingJpeg(
      { width: picture.width, height: picture.height },
      jpegEncoder(picture),
    );
    if (!(await this.#readsBack(whole))) return failure("no_readback", NO_READBACK);
    const drawn = params.views === undefined ? {} : { views: pictures.length };
    return { result: { revision, mimeType: "image/jpeg", ...drawn, ...jpeg } };
  }

  /**
   * @param {Size} size
   * @returns {Promise<boolean>} whether known pixels come through all that a picture goes through
   */
  async #readsBack(size) {
    const known = knownSize(size);
    const pixels = this.#stage.knownPixels(known);
    if (pixels === null || !areKnown(pixels, known, "lowest")) return false;
    const data = jpegEncoder(upright(pixels, known))(known, TEST_QUALITY);
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
