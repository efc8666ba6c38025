/** Operations that panels have sent, and what the person sees of them before they are confirmed. */

/**
 * @import { Outcome } from "./outbox.js"
 *
 * @typedef {{ name: string, arguments: Record<string, unknown>, values: Record<string, unknown> }} Change
 *   an operation, and by key (`o1.position`) what it is to make of the scene
 * @typedef {{ value: unknown, change: { revision: number | null } }} Expected
 */

export class Changes {
  #send;
  #changed;
  /** The revision that this page has. */
  #revision = 0;
  /** By key. @type {Map<string, Expected>} */
  #expected = new Map();

  /**
   * @param {(name: string, args: Record<string, unknown>) => Promise<Outcome>} send
   * @param {() => void} changed what `shown` returns is another
   */
  constructor(send, changed) {
    this.#send = send;
    this.#changed = changed;
  }

  /**
   * Has the server perform it; until that is seen in the scene, `shown` returns what it is to be.
   *
   * @param {Change} change
   * @returns {Promise<Outcome>}
   */
  async make({ name, arguments: args, values }) {
    const change = { revision: /** @type {number | null} */ (null) };
    for (const [key, value] of Object.entries(values)) this.#expected.set(key, { value, change });
    this.#changed();
    const outcome = await this.#send(name, args);
    // Its revision may have come before its confirmation.
    change.revision = outcome.confirmed ? outcome.revision : this.#revision;
    this.#forget();
    this.#changed();
    return outcome;
  }

  /** @param {number} revision that the page has now */
  arrived(revision) {
    this.#revision = revision;
    this.#forget();
  }

  /**
   * @param {string} key
   * @param {unknown} stored what the scene has
   */
  shown(key, stored) {
    const expected = this.#expected.get(key);
    return expected === undefined ? stored : expected.value;
  }

  #forget() {
    for (const [key, { change }] of this.#expected) {
      if (change.revision !== null && change.revision <= this.#revision) this.#expected.delete(key);
    }
  }
}
