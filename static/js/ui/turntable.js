/** A film of one turn around the scene, as WebM (MediaStream Recording, W3C). */

import { drawingArea } from "./jpeg.js";
import { FailedError } from "./made_files.js";
import { NO_WEBGL, TURNTABLE } from "./words.js";

/**
 * @import { ViewCamera } from "../net/messages.js"
 * @import { Size } from "../scene/known_pixels.js"
 * @import { Stage } from "../scene/stage.js"
 *
 * @typedef {object} Filming
 * @property {AbortSignal} signal
 * @property {(share: number) => void} progress from 0 to 1
 */

const TURN_MS = 6000;
/** The codecs that a WebM may have, the one that looks best first. */
const TYPES = ["video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const BITS_PER_SECOND = 8_000_000;
/** Of the longer side, in pixels: the largest that this machine draws often enough. */
const SIDES = [1280, 960, 640];
const OFTEN_ENOUGH_MS = 60;
/** Two pictures are at least so far apart: no more than 30 a second. */
const APART_MS = 30;

/**
 * Draws beside the picture on the screen, which stays as it is.
 *
 * @param {Pick<Stage, "size" | "view" | "snapshots">} stage
 * @param {Filming} filming
 * @returns {Promise<Blob>}
 * @throws {FailedError} where this browser cannot, or the tab goes out of sight meanwhile
 * @throws {DOMException} once `signal` ends it
 */
export async function filmOfTurn(stage, { signal, progress }) {
  const type =
    globalThis.MediaRecorder && TYPES.find((each) => MediaRecorder.isTypeSupported(each));
  if (!type) throw new FailedError("no_recorder", TURNTABLE.unsupported);
  const { width, height } = stage.size;
  const camera = stage.view.seen(width / height);
  const frames = fittingFrames(stage, camera);
  const ended = new AbortController();
  const hidden = () => ended.abort(new FailedError("hidden", TURNTABLE.hidden));
  document.addEventListener("visibilitychange", hidden);
  const stream = frames.canvas.captureStream();
  try {
    return await recorded(new MediaRecorder(stream, options(type)), async () => {
      const either = AbortSignal.any([signal, ended.signal]);
      for await (const share of shares(either)) {
        frames.draw(turned(camera, share));
        progress(share);
      }
    });
  } finally {
    document.removeEventListener("visibilitychange", hidden);
    for (const track of stream.getTracks()) track.stop();
  }
}

/**
 * @param {ViewCamera} camera
 * @param {number} share of a whole turn, to the right
 * @returns {ViewCamera} that has walked so far around what it looks at
 */
export function turned({ position: [x, y, z], aim, fov }, share) {
  const [cosine, sine] = [Math.cos(2 * Math.PI * share), Math.sin(2 * Math.PI * share)];
  const [toX, toZ] = [x - aim[0], z - aim[2]];
  const position = /** @type {ViewCamera["position"]} */ ([
    aim[0] + cosine * toX + sine * toZ,
    y,
    aim[2] + cosine * toZ - sine * toX,
  ]);
  return { position, aim, fov };
}

/**
 * @param {Size} size
 * @param {number} side of the longer side, at most
 * @returns {Size} of the same shape, in even numbers, as codecs want them
 */
export function filmSize({ width, height }, side) {
  const share = Math.min(1, side / Math.max(width, height));
  const even = (/** @type {number} */ pixels) => Math.max(2, 2 * Math.round((share * pixels) / 2));
  return { width: even(width), height: even(height) };
}

/** @param {string} mimeType */
const options = (mimeType) => ({ mimeType, videoBitsPerSecond: BITS_PER_SECOND });

/**
 * @param {Pick<Stage, "size" | "snapshots">} stage
 * @param {ViewCamera} camera
 */
function fittingFrames(stage, camera) {
  let frames = framesOf(stage, SIDES[0] ?? 0);
  for (const side of SIDES) {
    frames = framesOf(stage, side);
    frames.draw(camera); // the first is slower than those after it
    const beganMs = performance.now();
    frames.draw(camera);
    if (performance.now() - beganMs <= OFTEN_ENOUGH_MS) break;
  }
  return frames;
}

/**
 * @param {Pick<Stage, "size" | "snapshots">} stage
 * @param {number} side
 * @returns {{ canvas: HTMLCanvasElement, draw: (camera: ViewCamera) => void }}
 */
function framesOf(stage, side) {
  const size = filmSize(stage.size, side);
  const area = drawingArea(size);
  const picture = area.createImageData(size.width, size.height);
  const row = 4 * size.width;
  /** @param {ViewCamera} camera */
  const draw = (camera) => {
    const [taken] = stage.snapshots({ size, cameras: [camera], labels: [] })?.pictures ?? [];
    if (taken === undefined) throw new FailedError("no_webgl", NO_WEBGL);
    for (let from = 0, to = size.height - 1; to >= 0; from++, to--) {
      picture.data.set(taken.pixels.subarray(from * row, (from + 1) * row), to * row);
    }
    area.putImageData(picture, 0, 0);
  };
  return { canvas: area.canvas, draw };
}

/**
 * @param {MediaRecorder} recorder
 * @param {() => Promise<void>} film
 * @returns {Promise<Blob>}
 */
async function recorded(recorder, film) {
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve, reject) => {
    recorder.addEventListener("stop", resolve);
    recorder.addEventListener("error", () => reject(new Error("The recorder failed.")));
  });
  recorder.start();
  try {
    await film();
  } finally {
    if (recorder.state !== "inactive") recorder.stop();
  }
  await stopped;
  return new Blob(parts, { type: "video/webm" });
}

/**
 * @param {AbortSignal} signal
 * @returns {AsyncGenerator<number>} of the turn, with the frames of the screen, up to the whole
 */
async function* shares(signal) {
  const beganMs = performance.now();
  let shownMs = Number.NEGATIVE_INFINITY;
  for (let share = 0; share < 1; ) {
    await nextFrame(signal);
    const nowMs = performance.now();
    if (nowMs - shownMs < APART_MS) continue;
    shownMs = nowMs;
    share = Math.min(1, (nowMs - beganMs) / TURN_MS);
    yield share;
  }
}

/** @param {AbortSignal} signal @returns {Promise<void>} */
function nextFrame(signal) {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const end = () => {
      cancelAnimationFrame(frame);
      reject(signal.reason);
    };
    const frame = requestAnimationFrame(() => {
      signal.removeEventListener("abort", end);
      resolve();
    });
    signal.addEventListener("abort", end, { once: true });
  });
}
