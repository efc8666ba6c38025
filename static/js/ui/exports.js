/** Answers `exportScene`: makes a file of the scene and sends it to the server in parts. */

/**
 * @import { Exported, ExportParams, RequestAnswer } from "../net/messages.js"
 * @import { RevisionWaits } from "../document/revision_waits.js"
 * @import { Stage } from "../scene/stage.js"
 * @import { MadeFile } from "./made_files.js"
 */

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
        return failure("behind");
      }
      const { revision, bytes } = await this.#made(params);
      if (bytes.length > params.maxBytes) return failure("too_large");
      const attempt = await this.#send(bytes, params, signal);
      return { result: { revision, attempt, bytes: bytes.length } };
    } catch (error) {
      const { code = null } = /** @type {{ code?: unknown }} */ (error);
      if (typeof code === "string") return failure(code);
      console.error(error);
      return failure("failed");
    }
  }

  /**
   * @param {ExportParams} params
   * @returns {Promise<MadeFile>}
   */
  async #made({ format, width, height, objects, camera }) {
    // Only here, so that nobody loads it before it is needed.
    const { glbFile, pngFile } = await import("./files.js");
    if (format === "glb") return glbFile(this.#stage, objects ?? null);
    return pngFile(this.#stage, { size: { width, height }, camera, shown: objects });
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

/** @param {string} code @returns {{ error: { code: string, message: string } }} */
function failure(code) {
  return { error: { code, message: "The file could not be made." } };
}
