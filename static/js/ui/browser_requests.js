/** What the server may ask this browser, and the answers. */

/**
 * @import { RequestAnswer } from "../net/messages.js"
 * @import { ConnectionOptions } from "../net/scene_connection.js"
 * @import { Screenshots } from "./screenshots.js"
 *
 * @typedef {(params: any, signal: AbortSignal) => RequestAnswer | Promise<RequestAnswer>} Method
 */

/**
 * @param {Screenshots} screenshots
 * @returns {ConnectionOptions["answerRequest"]}
 */
export function answersTo(screenshots) {
  /** @type {[string, Method][]} */
  const known = [
    ["getViewport", viewport],
    ["takeScreenshot", (params, signal) => screenshots.take(params, signal)],
  ];
  const methods = new Map(known);
  return async (method, params, signal) => {
    const answer = methods.get(method);
    if (answer) return answer(params, signal);
    const message = `This page knows no "${method}"; it knows ${[...methods.keys()].join(", ")}.`;
    return { error: { code: "unknown_method", message } };
  };
}

/** Sizes in CSS pixels. */
function viewport() {
  return {
    result: {
      width: innerWidth,
      height: innerHeight,
      pixelRatio: devicePixelRatio,
      visible: document.visibilityState === "visible",
    },
  };
}
