/**
 * Pixels that are known beforehand: what comes back of them says whether a browser hands out what
 * it draws. To keep sites from recognizing people, some hand out noise, or white, in its place.
 */

/**
 * @typedef {{ width: number, height: number }} Size in pixels
 * @typedef {readonly [red: number, green: number, blue: number]} Color each 0 or 1
 */

/** Cells on each side. */
const SIDE = 4;
/** So large that no cell is blurred by its neighbors, however a JPEG was made. */
const LEAST_SIDE = 128;
/** Bits for red, green and blue; by rows, the lowest first. Turned or mirrored it is another one. */
const COLORS = [7, 0, 4, 2, 1, 6, 3, 5, 0, 2, 5, 7, 3, 4, 1, 6];
/** Where to look in a cell, as shares of its side: away from its edges. */
const PLACES = [0.3, 0.5, 0.7];
/** Of 255: JPEG and slight noise change that much, and neither keeps anybody from seeing. */
const TOLERANCE = 40;

/**
 * @param {Size} size of a picture
 * @returns {Size} of known pixels that are read back as it is
 */
export function knownSize({ width, height }) {
  return { width: Math.max(width, LEAST_SIDE), height: Math.max(height, LEAST_SIDE) };
}

/**
 * @param {Size} size
 * @returns {(Size & { left: number, bottom: number, color: Color })[]} what to fill with what
 */
export function knownCells({ width, height }) {
  return COLORS.map((bits, index) => {
    const [column, row] = [index % SIDE, Math.floor(index / SIDE)];
    const [left, right] = [edge(width, column), edge(width, column + 1)];
    const [bottom, top] = [edge(height, row), edge(height, row + 1)];
    return { left, bottom, width: right - left, height: top - bottom, color: colorOf(bits) };
  });
}

/**
 * @param {Uint8ClampedArray} pixels RGBA
 * @param {Size} size
 * @param {"lowest" | "highest"} firstRow as WebGL reads them, or as a picture has them
 * @returns {boolean} whether they are the known ones
 */
export function areKnown(pixels, size, firstRow) {
  return knownCells(size).every(({ left, bottom, width, height, color }) =>
    PLACES.every((down) =>
      PLACES.every((right) => {
        const x = Math.floor(left + right * width);
        const up = Math.floor(bottom + down * height);
        const y = firstRow === "lowest" ? up : size.height - 1 - up;
        const at = 4 * (y * size.width + x);
        return color.every((part, index) => isNear(pixels[at + index], 255 * part));
      }),
    ),
  );
}

/**
 * @param {number} length
 * @param {number} cell
 */
const edge = (length, cell) => Math.round((length * cell) / SIDE);

/**
 * @param {number} bits
 * @returns {Color}
 */
const colorOf = (bits) => [(bits >> 2) & 1, (bits >> 1) & 1, bits & 1];

/**
 * @param {number | undefined} value
 * @param {number} expected
 */
const isNear = (value, expected) => value !== undefined && Math.abs(value - expected) <= TOLERANCE;
