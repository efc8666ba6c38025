/** What the server may ask this browser, and the answers. */

/**
 * @import { ExportParams, ScreenshotParams, ViewsParams } from "../net/messages.js"
 * @import { ConnectionOptions } from "../net/scene_connection.js"
 * @import { Exports } from "./exports.js"
 * @import { Screenshots } from "./screenshots.js"
 */

/**
 * @param {Screenshots} screenshots
 * @param {Exports} exports
 * @returns {ConnectionOptions["answerRequest"]}
 */
export function answersTo(screenshots, exports) {
  return async (method, params, signal) => {
    if (method === "takeScreenshot") {
      return screenshots.take(/** @type {ScreenshotParams} */ (params), signal);
    }
    if (method === "exportScene") {
      return exports.answer(/** @type {ExportParams} */ (params), signal);
    }
    if (method === "takeViews") {
      return screenshots.take(/** @type {ViewsParams} */ (params), signal);
    }
    const message = `This page knows no "${method}"; it knows takeScreenshot, takeViews and exportScene.`;
    return { error: { code: "unknown_method", message } };
  };
}
