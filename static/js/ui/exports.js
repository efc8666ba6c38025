/** Answers `exportScene`: makes a file of the scene and sends it to the server in parts. */

import { areKnown, knownSize } from "../scene/known_pixels.js";
import { pngOf } from "./png.js";
import { NO_READBACK, NO_WEBGL } from "./words.js";

/**
 * @import { Exported, ExportParams, RequestAnswer } from "../net/messages.js"
 * @import { RevisionWaits } from "../document/revision_waits.js"
 * @import { Stage } from "../scene/stage.js"
 */

class FailedError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class Exports {
  #stage;
  #revisions;
  #fetch;

  /**
   * @param {Pick<Stage, "webgl" | "confirmed" | "snapshots" | "knownPixels">} stage
   * @param {RevisionWaits} revisions
   * @param {typeof fetch} send
   */
  constructor(stage, revisions, send) {
    this.#stage = stage;
    this.#revisions = revisions;
    this.#fetch = send;
  }

  /**
   * @param {ExportParams} params
   * @param {AbortSignal} signal
   * @returns {Promise<RequestAnswer<Exported>>}
   */
  async answer(params, signal) {
    try {
      if (!(await this.#revisions.reached(params.revision, params.withinMs, signal))) {
        throw new FailedError("behind", `The scene did not come to ${params.revision} in time.`);
      }
      const { revision, bytes } = await this.#made(params);
      if (bytes.length > params.maxBytes) throw new FailedError("too_large", "It is too large.");
      const attempt = await this.#send(bytes, params, signal);
      return { result: { revision, attempt, bytes: bytes.length } };
    } catch (error) {
      if (!(error instanceof FailedError)) console.error(error);
      const code = error instanceof FailedError ? error.code : "failed";
      return { error: { code, message: "The file could not be made." } };
    }
  }

  /**
   * @param {ExportParams} params
   * @returns {Promise<{ revision: number, bytes: Uint8Array<ArrayBuffer> }>}
   */
  async #made(params) {
    if (params.format === "png") return this.#picture(params);
    const confirmed = this.#stage.confirmed;
    if (confirmed === null) throw new Error("There is no scene yet.");
    // Only here, so that nobody loads it before it is needed.
    const { glbOf } = await import("../scene/glb.js");
    const bytes = new Uint8Array(await glbOf(confirmed.document, params.objects ?? null));
    return { revision: confirmed.revision, bytes };
  }

  /** @param {ExportParams} params */
  async #picture({ width, height }) {
    const size = { width, height };
    if (this.#stage.webgl !== "ok") throw new FailedError("no_webgl", NO_WEBGL);
    const taken = this.#stage.snapshots({ size, cameras: [undefined], labels: [] });
    if (taken === null) throw new FailedError("no_webgl", NO_WEBGL);
    const [picture] = taken.pictures;
    if (picture === undefined) throw new Error("No picture was drawn.");
    const known = knownSize(size);
    const pixels = this.#stage.knownPixels(known);
    if (pixels === null || !areKnown(pixels, known, "lowest")) {
      throw new FailedError("no_readback", NO_READBACK);
    }
    return { revision: taken.revision, bytes: await pngOf(picture.pixels, size) };
  }

  /**
   * @param {Uint8Array<ArrayBuffer>} bytes
   * @param {ExportParams} params
   * @param {AbortSignal} signal
   * @returns {Promise<string>} what the attempt is called
   * @throws {Error} where a part is refused or lost
   */
  async #send(bytes, { path, partBytes }, signal) {
    const random = crypto.getRandomValues(new Uint8Array(16));
    const attempt = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
    for (let at = 0, number = 0; at < bytes.length; at += partBytes, number++) {
      const body = bytes.slice(at, at + partBytes);
      const headers = { "Content-Type": "application/octet-stream" };
      const url = `${path}/${attempt}/${number}`;
      const { ok, status } = await this.#fetch(url, { method: "POST", headers, body, signal });
      if (!ok) throw new Error(`The server answered ${status} to a part of the file.`);
    }
    return attempt;
  }
}
