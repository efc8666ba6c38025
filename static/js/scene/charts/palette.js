/** Colors of series, which people who see colors otherwise tell apart, before light and dark. */

const COLORS = [
  "#2274b5",
  "#e8962e",
  "#12967a",
  "#d1532d",
  "#62b5e5",
  "#bf6fa5",
  "#e6cf3c",
  "#7d858c",
];
/** Series beyond these have the same colors, darker and lighter by turns. */
const SHADES = [1, 0.62, 1.4];
/** From low to high, each lighter than the one before. */
const HEIGHTS = ["#2b2f77", "#22748f", "#35ab81", "#f1d94c"];

/**
 * @param {number} at which series
 * @param {string} [first] the color of the first one, where it has one of its own
 * @returns {string}
 */
export function seriesColor(at, first) {
  if (at === 0 && first !== undefined) return first;
  const color = COLORS[at % COLORS.length] ?? "#7d858c";
  const shade = SHADES[Math.floor(at / COLORS.length) % SHADES.length] ?? 1;
  return hex(parts(color).map((part) => Math.min(part * shade, 255)));
}

/**
 * @param {number} share of the way from the lowest to the highest value
 * @returns {string}
 */
export function heightColor(share) {
  const at = Math.min(Math.max(share, 0), 1) * (HEIGHTS.length - 1);
  const below = Math.min(Math.floor(at), HEIGHTS.length - 2);
  const [from, to] = [parts(HEIGHTS[below] ?? ""), parts(HEIGHTS[below + 1] ?? "")];
  return hex(from.map((part, index) => part + (at - below) * ((to[index] ?? part) - part)));
}

/** @param {string} color */
const parts = (color) => [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));

/** @param {number[]} values */
const hex = (values) =>
  `#${values.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
