/** How the overview words numbers; templatetags/overview_formats.py words them alike. */

const NOTHING = "–";
const MAX_COUNTED_CALLS = 1000;
const grouped = new Intl.NumberFormat("en-US");

/** @type {[string, number][]} */
const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** @param {number | null} number */
export const count = (number) => (number === null ? NOTHING : grouped.format(number));

/** @param {number | null} number of calls, counted up to a limit only */
export const calls = (number) =>
  number !== null && number > MAX_COUNTED_CALLS ? `${count(MAX_COUNTED_CALLS)}+` : count(number);

/** @param {number | null} milliseconds */
export function duration(milliseconds) {
  if (milliseconds === null) return NOTHING;
  if (milliseconds > 0 && milliseconds < 0.1) return "<0.1 ms";
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`.replace(".0 ms", " ms");
  if (milliseconds < 999.5) return `${milliseconds.toFixed(0)} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${(milliseconds / 60_000).toFixed(1)} min`;
}

/** @param {number | null} part of 1 */
export function share(part) {
  if (part === null) return NOTHING;
  if (part === 0) return "0%";
  return part < 0.001 ? "<0.1%" : `${(part * 100).toFixed(1)}%`;
}

/** @param {string | null} moment in ISO 8601, UTC */
export const clockTime = (moment) =>
  moment === null ? NOTHING : new Date(moment).toISOString().slice(11, 19);

/** @param {string | null} moment in ISO 8601, UTC */
export const clockMinute = (moment) => clockTime(moment).slice(0, 5);

/**
 * @param {string | null} moment in ISO 8601
 * @param {string} at the present moment as the server tells it: this machine's clock may be wrong
 */
export function ago(moment, at) {
  if (moment === null) return NOTHING;
  const seconds = (Date.parse(at) - Date.parse(moment)) / 1000;
  const unit = UNITS.find(([, length]) => seconds >= length);
  return unit ? `${Math.floor(seconds / unit[1])} ${unit[0]} ago` : "now";
}

/** @param {string | null} name a name of the server's code, such as "not_found" */
export const words = (name) => (name ?? "").replaceAll("_", " ");

/** The formats that the page's template names. */
export const FORMATS = Object.freeze({ count, duration, share, clockTime, clockMinute });

/**
 * @param {unknown} root
 * @param {string} path such as "statistics.calls.total"
 * @returns {any} what stands there, null where nothing does
 */
export function pick(root, path) {
  /** @type {any} */
  let value = root;
  for (const name of path.split(".")) value = value?.[name];
  return value ?? null;
}
