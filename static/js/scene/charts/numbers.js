/** Numbers of charts: the ticks of an axis, and how they are written. */

const STEPS = [1, 2, 2.5, 5, 10];
const UNITS = /** @type {const} */ ([
  [1e12, " T"],
  [1e9, " B"],
  [1e6, " M"],
  [1e3, " k"],
]);
/** From here on numbers have units, and small ones are powers of ten. */
const LARGE = 1e6;
const SMALL = 1e-4;
const DIGITS = 4;

/**
 * @typedef {object} Scale
 * @property {number} low the least of its ticks
 * @property {number} high the highest of its ticks
 * @property {number[]} ticks
 */

/**
 * @param {readonly number[]} values
 * @param {{ most?: number, fromZero?: boolean }} [options] how many steps at most, and whether 0 is
 *   among the ticks
 * @returns {Scale} round numbers around the values
 */
export function scaleOf(values, { most = 6, fromZero = true } = {}) {
  let low = Math.min(...values, ...(fromZero ? [0] : []));
  let high = Math.max(...values, ...(fromZero ? [0] : []));
  if (low === 0 && high === 0) high = 1;
  if (low === high) {
    const room = Math.abs(low) || 1;
    low -= low > 0 || !fromZero ? room / 2 : 0;
    high += room / 2;
  }
  const step = stepOf((high - low) / most);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => rounded((first + at) * step));
  return { low: rounded(first * step), high: rounded(last * step), ticks };
}

/** @param {number} least */
function stepOf(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = STEPS.find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** @param {number} value without what adding fractions leaves behind */
const rounded = (value) => Number(value.toPrecision(12)) + 0;

/**
 * @param {readonly number[]} values
 * @returns {(value: number) => string} writes numbers such as 1,200 or, where some are larger, 1.2 M
 */
export function writerOf(values) {
  const isLarge = values.some((value) => Math.abs(value) >= LARGE);
  return (value) => written(value, isLarge);
}

/**
 * @param {number} value
 * @param {boolean} isLarge
 */
function written(value, isLarge) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e15 || size < SMALL) {
    return value
      .toExponential(2)
      .replace(/\.?0*e\+?/, "e")
      .replace("-", "\u2212");
  }
  for (const [unit, words] of UNITS) {
    if (isLarge && size >= unit) return `${plain(value / unit)}${words}`;
  }
  return plain(value);
}

/** @param {number} value */
function plain(value) {
  const digits = Math.max(DIGITS, Math.ceil(Math.log10(Math.abs(value) + 1)));
  const text = Number(value.toPrecision(digits)).toLocaleString("en-US", {
    maximumFractionDigits: 7,
  });
  return text.replace("-", "\u2212");
}

/**
 * @param {number} share
 * @returns {string} such as 35 %
 */
export function percent(share) {
  const hundredths = share * 100;
  return `${hundredths > 0 && hundredths < 1 ? hundredths.toFixed(1) : Math.round(hundredths)} %`;
}
