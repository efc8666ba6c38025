/** What the server may ask this browser, and the answers. */

/**
 * @import { ScreenshotParams } from "../net/messages.js"
 * @import { ConnectionOptions } from "../net/scene_connection.js"
 * @import { Screenshots } from "./screenshots.js"
 */

/**
 * @param {Screenshots} screenshots
 * @returns {ConnectionOptions["answerRequest"]}
 */
export function answersTo(screenshots) {
  return async (method, params, signal) => {
    if (method === "takeScreenshot") {
      return screenshots.take(/** @type {ScreenshotParams} */ (params), signal);
    }
    const message = `This page knows no "${method}"; it knows takeScreenshot.`;
    return { error: { code: "unknown_method", message } };
  };
}
