/** What the server may ask this browser, and the answers. */

/** @import { RequestAnswer } from "../net/messages.js" */

/** @type {ReadonlyMap<string, (params: unknown) => unknown>} */
const METHODS = new Map([["getViewport", viewport]]);

/**
 * @param {string} method
 * @param {unknown} params
 * @returns {Promise<RequestAnswer>}
 */
export async function answerRequest(method, params) {
  const answer = METHODS.get(method);
  if (!answer) {
    const message = `This page knows no "${method}"; it knows ${[...METHODS.keys()].join(", ")}.`;
    return { error: { code: "unknown_method", message } };
  }
  return { result: answer(params) };
}

/** Sizes in CSS pixels. */
function viewport() {
  return {
    width: innerWidth,
    height: innerHeight,
    pixelRatio: devicePixelRatio,
    visible: document.visibilityState === "visible",
  };
}
