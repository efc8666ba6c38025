/** Pictures as JPEG, short enough to go into one WebSocket message. */

/**
 * @import { Size } from "../scene/known_pixels.js"
 *
 * @typedef {(size: Size, quality: number) => string} Encode to base64
 */

const LARGEST_SIDE = 1280;
/** The server takes 262,144 bytes a message; the rest is for what stands round the picture. */
const LONGEST_TEXT = 240_000;
const QUALITIES = [0.92, 0.8, 0.65, 0.5];
const SHRINK = 0.75;

/**
 * @param {Size} asked
 * @returns {Size} whole pixels, with the longer side at most 1280
 */
export function allowedSize({ width, height }) {
  return scaled({ width, height }, Math.min(1, LARGEST_SIDE / Math.max(width, height)));
}

/**
 * The best of the pictures that fit: quality goes first, then size.
 *
 * @param {Size} size
 * @param {Encode} encode
 * @returns {Size & { data: string }}
 * @throws {Error} where even the smallest does not fit
 */
export function fittingJpeg(size, encode) {
  for (const { quality, ...smaller } of attempts(size)) {
    const data = encode(smaller, quality);
    if (data.length <= LONGEST_TEXT) return { ...smaller, data };
  }
  throw new Error("No picture is small enough for one message.");
}

/** @param {Size} size */
function* attempts(size) {
  for (const quality of QUALITIES) yield { ...size, quality };
  const quality = Math.min(...QUALITIES);
  for (let share = SHRINK; share * Math.max(size.width, size.height) > 1; share *= SHRINK) {
    yield { ...scaled(size, share), quality };
  }
}

/**
 * @param {Size} size
 * @param {number} share
 * @returns {Size}
 */
function scaled({ width, height }, share) {
  return {
    width: Math.max(1, Math.round(width * share)),
    height: Math.max(1, Math.round(height * share)),
  };
}

/**
 * Encodes at once: `toBlob` waits for an idle moment, which a hidden tab may not get.
 *
 * @param {HTMLCanvasElement} picture
 * @returns {Encode}
 */
export function jpegEncoder(picture) {
  return (size, quality) => {
    const area = drawingArea(size);
    area.imageSmoothingQuality = "high";
    area.drawImage(picture, 0, 0, size.width, size.height);
    const [head, data] = area.canvas.toDataURL("image/jpeg", quality).split(",");
    if (head !== "data:image/jpeg;base64" || !data) throw new Error("This browser makes no JPEG.");
    return data;
  };
}

/**
 * @param {Uint8ClampedArray<ArrayBuffer>} pixels RGBA, the lowest row first as WebGL gives them
 * @param {Size} size
 * @returns {HTMLCanvasElement} the highest row first
 */
export function upright(pixels, { width, height }) {
  const source = drawingArea({ width, height });
  source.putImageData(new ImageData(pixels, width, height), 0, 0);
  const turned = drawingArea({ width, height });
  turned.setTransform(1, 0, 0, -1, 0, height);
  turned.drawImage(source.canvas, 0, 0);
  return turned.canvas;
}

/**
 * @param {string} data base64 of a JPEG
 * @param {Size} size its size
 * @returns {Promise<Uint8ClampedArray>} RGBA, the highest row first
 * @throws {DOMException} where it is none
 */
export async function decodedJpeg(data, { width, height }) {
  const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
  const area = drawingArea({ width, height });
  area.drawImage(picture, 0, 0);
  picture.close();
  return area.getImageData(0, 0, width, height).data;
}

/** @param {Size} size */
export function drawingArea({ width, height }) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  if (context === null) throw new Error("This browser has no 2D canvas.");
  return context;
}
