/** The waits between attempts to reconnect: capped, with full jitter. */

const SHORTEST_MS = 500;
const LONGEST_MS = 30_000;
const SLOW_SHORTEST_MS = 30_000;
const SLOW_LONGEST_MS = 120_000;

/**
 * How long to wait before the next attempt, in milliseconds.
 *
 * Jitter spreads the pages of a restarted server over the whole window, so that they do not
 * all come back in the same instant.
 *
 * @param {number} attempt how many attempts have failed since the last good connection, from 0
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} 500 to 30,000
 */
export function backoffMs(attempt, random) {
  const ceiling = Math.min(LONGEST_MS, 2 * SHORTEST_MS * 2 ** attempt);
  return SHORTEST_MS + random() * (ceiling - SHORTEST_MS);
}

/**
 * The wait after the server said that this address or scene has too many connections.
 *
 * @param {() => number} random uniform in [0, 1)
 * @returns {number} 30,000 to 120,000
 */
export function slowBackoffMs(random) {
  return SLOW_SHORTEST_MS + random() * (SLOW_LONGEST_MS - SLOW_SHORTEST_MS);
}
