/** Pictures as PNG, to the last bit as they were drawn (PNG specification, third edition). */

/** @import { Size } from "../scene/known_pixels.js" */

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const BITS = 8;
/** Red, green and blue, without alpha and with it: the type of color, and how many channels it has. */
const OPAQUE = { type: 2, channels: 3 };
const WITH_ALPHA = { type: 6, channels: 4 };

/** Of all bytes, for the check sums. */
const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

/**
 * @param {Uint8ClampedArray} pixels RGBA, the lowest row first as WebGL gives them, and the colors
 *   multiplied by alpha
 * @param {Size} size
 * @param {{ transparent?: boolean }} [options] whether the file has alpha; without, it is left out
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function pngOf(pixels, size, { transparent = false } = {}) {
  const form = transparent ? WITH_ALPHA : OPAQUE;
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, size.width);
  head.setUint32(4, size.height);
  head.setUint8(8, BITS);
  head.setUint8(9, form.type);
  const parts = [
    new Uint8Array(SIGNATURE),
    chunk("IHDR", new Uint8Array(head.buffer)),
    chunk("IDAT", await deflated(rows(pixels, size, form.channels))),
    chunk("IEND", new Uint8Array()),
  ];
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/**
 * @param {Uint8ClampedArray} pixels
 * @param {Size} size
 * @param {number} channels 3, or 4 with alpha
 * @returns {Uint8Array<ArrayBuffer>} the highest row first, each behind the filter that it has: none
 */
function rows(pixels, { width, height }, channels) {
  const length = 1 + channels * width;
  const found = new Uint8ClampedArray(length * height);
  for (let row = 0; row < height; row++) {
    const from = (height - 1 - row) * width * 4;
    for (let column = 0; column < width; column++) {
      const [at, to] = [from + 4 * column, row * length + 1 + channels * column];
      // A PNG's colors are those before alpha took its share.
      const share = channels === 4 ? Math.max(pixels[at + 3] ?? 0, 1) / 255 : 1;
      found[to] = (pixels[at] ?? 0) / share;
      found[to + 1] = (pixels[at + 1] ?? 0) / share;
      found[to + 2] = (pixels[at + 2] ?? 0) / share;
      if (channels === 4) found[to + 3] = pixels[at + 3] ?? 0;
    }
  }
  return new Uint8Array(found.buffer);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * @param {string} type
 * @param {Uint8Array} data
 */
function chunk(type, data) {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crcOf(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** @param {Uint8Array} bytes */
function crcOf(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRCS[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
