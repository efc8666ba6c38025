/** How long ago something was, in words. */

/** @type {readonly { unit: Intl.RelativeTimeFormatUnit, seconds: number }[]} the largest first */
const UNITS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3600 },
  { unit: "minute", seconds: 60 },
];
const FORMAT = new Intl.RelativeTimeFormat("en", { style: "short" });
const NOW = "just now";

/**
 * @param {number} seconds since then
 * @returns {string} such as "5 min. ago"
 */
export function ageWords(seconds) {
  const found = UNITS.find((each) => seconds >= each.seconds);
  return found ? FORMAT.format(-Math.floor(seconds / found.seconds), found.unit) : NOW;
}
