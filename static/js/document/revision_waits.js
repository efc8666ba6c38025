/** Who waits until the page's scene has come to a revision. */

/**
 * @typedef {object} Timers
 * @property {(run: () => void, ms: number) => unknown} setTimeout
 * @property {(timer: any) => void} clearTimeout
 */

/** As many questions as the server keeps open with one browser. */
const MOST_WAITS = 64;

export class RevisionWaits {
  #clock;
  #revision = -1;
  /** @type {Set<{ revision: number, end: (reached: boolean) => void }>} */
  #waits = new Set();

  /** @param {Timers} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /** @param {number} revision */
  applied(revision) {
    this.#revision = revision;
    for (const wait of this.#waits) if (wait.revision <= revision) wait.end(true);
  }

  /**
   * @param {number} revision
   * @param {number} withinMs
   * @param {AbortSignal} signal ends the wait: nobody needs it any more
   * @returns {Promise<boolean>} whether the scene has come so far, in time
   */
  reached(revision, withinMs, signal) {
    if (this.#revision >= revision) return Promise.resolve(true);
    if (this.#waits.size >= MOST_WAITS) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers();
    const timer = this.#clock.setTimeout(() => wait.end(false), withinMs);
    const wait = {
      revision,
      end: (/** @type {boolean} */ reached) => {
        this.#clock.clearTimeout(timer);
        this.#waits.delete(wait);
        resolve(reached);
      },
    };
    this.#waits.add(wait);
    signal.addEventListener("abort", () => wait.end(false), { once: true });
    return promise;
  }
}
