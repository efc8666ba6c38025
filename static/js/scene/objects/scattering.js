/**
 * Random places without overlap, from a seed: the same as in sessions_app/scene/geometry/scattering.py.
 *
 * Only arithmetic, square roots and comparisons are used, which both languages round alike.
 */

/**
 * @typedef {readonly [x: number, z: number]} Spot a place on the floor
 * @typedef {readonly [width: number, depth: number]} Half of what is placed
 *
 * @typedef {object} Field a rectangle about the origin, or a disk if it is round
 * @property {number} width
 * @property {number} depth
 * @property {boolean} [isRound]
 */

/** The most attempts for one copy and for all copies. */
const TRIES_EACH = 40;
const TRIES_FREE = 10_000;
const TRIES_PER_COPY = 3;

/**
 * @param {number} seed
 * @returns {() => number} numbers from 0 to below 1, by the generator known as mulberry32
 */
export function randomNumbers(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The occupied places of a field, in square cells for looking up neighbors. */
class Taken {
  #cell;
  #gap;
  #turned;
  /** @type {Map<string, { spot: Spot, half: Half }[]>} */
  #cells = new Map();

  /**
   * @param {number} cell
   * @param {number} gap
   * @param {boolean} turned
   */
  constructor(cell, gap, turned) {
    this.#cell = cell;
    this.#gap = gap;
    this.#turned = turned;
  }

  /**
   * @param {Spot} spot
   * @param {Half} half
   */
  isFree(spot, half) {
    const [column, row] = this.#cellOf(spot);
    for (let x = column - 1; x <= column + 1; x++) {
      for (let z = row - 1; z <= row + 1; z++) {
        const there = this.#cells.get(`${x} ${z}`);
        if (there?.some((other) => this.#overlap(spot, half, other.spot, other.half))) return false;
      }
    }
    return true;
  }

  /**
   * @param {Spot} spot
   * @param {Half} half
   */
  take(spot, half) {
    const key = this.#cellOf(spot).join(" ");
    const there = this.#cells.get(key);
    if (there) there.push({ spot, half });
    else this.#cells.set(key, [{ spot, half }]);
  }

  /** @param {Spot} spot */
  #cellOf([x, z]) {
    return /** @type {const} */ ([Math.floor(x / this.#cell), Math.floor(z / this.#cell)]);
  }

  /**
   * @param {Spot} spot
   * @param {Half} half
   * @param {Spot} otherSpot
   * @param {Half} otherHalf
   */
  #overlap(spot, half, otherSpot, otherHalf) {
    const x = Math.abs(spot[0] - otherSpot[0]);
    const z = Math.abs(spot[1] - otherSpot[1]);
    const wide = half[0] + otherHalf[0] + this.#gap;
    // Of what is turned, both halves are the radius of the disk in which it can turn.
    if (this.#turned) return x * x + z * z < wide * wide;
    return x < wide && z < half[1] + otherHalf[1] + this.#gap;
  }
}

/**
 * @param {Field} field
 * @param {Half} half
 * @param {() => number} numbers
 * @returns {Spot | null} a random place that keeps something inside; null if this draw does not
 */
function drawnSpot({ width, depth, isRound }, half, numbers) {
  const wide = width / 2 - half[0];
  const deep = depth / 2 - half[1];
  if (wide < 0 || deep < 0) return null;
  const x = (2 * numbers() - 1) * wide;
  const z = (2 * numbers() - 1) * deep;
  if (isRound) {
    const reach = width / 2;
    const [farX, farZ] = [Math.abs(x) + half[0], Math.abs(z) + half[1]];
    if (farX * farX + farZ * farZ > reach * reach) return null;
  }
  return [x, z];
}

/**
 * Finds a place for each, the largest first.
 *
 * @param {readonly Half[]} sizes half of the width and depth of each
 * @param {Field} field
 * @param {{ gap: number, turned: boolean, seed: number }} options `turned`: whether each may be
 *   turned by any angle
 * @returns {(Spot | null)[]} in the order of the sizes; null if the attempts ran out
 */
export function scattered(sizes, field, { gap, turned, seed }) {
  const halves = turned ? sizes.map(disk) : sizes;
  const largest = halves.reduce((most, [x, z]) => Math.max(most, x, z), 0);
  const taken = new Taken(2 * largest + gap, gap, turned);
  const numbers = randomNumbers(seed);
  const count = halves.length;
  let left = Math.min(TRIES_EACH * count, TRIES_FREE + TRIES_PER_COPY * count);
  /** @type {(Spot | null)[]} */
  const spots = halves.map(() => null);
  const byWidth = halves
    .map((half, index) => ({ half, index }))
    .sort((one, other) => other.half[0] - one.half[0]);
  for (const { half, index } of byWidth) {
    for (let tries = Math.min(left, TRIES_EACH); tries > 0; tries--) {
      left--;
      const spot = drawnSpot(field, half, numbers);
      if (spot === null || !taken.isFree(spot, half)) continue;
      taken.take(spot, half);
      spots[index] = spot;
      break;
    }
  }
  return spots;
}

/** @type {(half: Half) => Half} */
const disk = ([x, z]) => {
  const radius = Math.sqrt(x * x + z * z);
  return [radius, radius];
};
