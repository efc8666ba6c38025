/** How far a motion has come: pure numbers, by the seconds since its start. */

/**
 * @import { Motion } from "../../document/schema.js"
 *
 * @typedef {(motion: Motion) => number} Moment how many seconds ago a motion began, below 0 where
 *   it is still to begin
 *
 * @typedef {object} Progress
 * @property {number} cycles how many whole ones are over
 * @property {number} share of the present one from 0 to 1; on the way back it falls again
 * @property {boolean} isBack whether it is on its way back
 */

/** @type {Record<string, (share: number) => number>} */
const EASINGS = {
  linear: (share) => share,
  ease_in: (share) => share ** 2,
  ease_out: (share) => 1 - (1 - share) ** 2,
  ease_in_out: (share) => (share < 0.5 ? 2 * share ** 2 : 1 - 2 * (1 - share) ** 2),
};

/**
 * @param {string | undefined} easing
 * @param {number} share from 0 to 1
 */
export const eased = (easing = "linear", share) => EASINGS[easing]?.(share) ?? share;

/**
 * @param {number} seconds of the server's clock since 1970
 * @returns {Moment}
 */
export const atServerTime = (seconds) => (motion) => seconds - motion.start;

/**
 * @param {number} seconds since each motion's start
 * @returns {Moment}
 */
export const sinceEachStart = (seconds) => () => seconds;

/** Before what goes on for ever has begun, and after all else has ended. @type {Moment} */
export const AT_REST = ({ times = 0 }) => (times > 0 ? Number.POSITIVE_INFINITY : 0);

/**
 * @param {Motion} motion
 * @param {number} elapsed seconds since its start
 * @returns {Progress}
 */
export function progressOf({ period, times = 0, loop = "repeat" }, elapsed) {
  const done = Math.max(0, elapsed) / period;
  const isOver = times > 0 && done >= times;
  const cycles = isOver ? times - 1 : Math.floor(done);
  const share = isOver ? 1 : done - cycles;
  if (loop !== "back_and_forth") return { cycles, share, isBack: false };
  return { cycles: 0, share: 1 - Math.abs(1 - 2 * share), isBack: share > 0.5 };
}

/**
 * @param {Motion} motion
 * @param {number} elapsed seconds since its start
 * @returns {number} seconds until it moves: 0 while it does, Infinity once it is over
 */
export function untilMoves({ period, times = 0 }, elapsed) {
  if (elapsed < 0) return -elapsed;
  return times > 0 && elapsed >= times * period ? Number.POSITIVE_INFINITY : 0;
}
