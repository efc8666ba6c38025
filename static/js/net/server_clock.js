/** The server's clock as this page knows it, by what the server's messages say and when they come. */

/** How many of the latest messages count: a page that slept, or a server set anew, is heard of soon. */
const MOST_HEARD = 8;

export class ServerClock {
  #now;
  /** @type {number[]} by how much the server was ahead, as each message made it seem */
  #ahead = [];
  #isNew = false;

  /** @param {() => number} now milliseconds of a clock that is never set */
  constructor(now) {
    this.#now = now;
  }

  /** Seconds since 1970; this page's own until the server has said something. */
  get seconds() {
    // On its way a message loses time and never gains any: the one that came fastest is right.
    const ahead = this.#ahead.length > 0 ? Math.max(...this.#ahead) : 0;
    return this.#now() / 1000 + ahead;
  }

  /** @param {number} seconds since 1970, as the server says in a message that has just come */
  heard(seconds) {
    if (this.#isNew) this.#ahead = [];
    this.#isNew = false;
    this.#ahead.push(seconds - this.#now() / 1000);
    if (this.#ahead.length > MOST_HEARD) this.#ahead.shift();
  }

  /** To be called when a connection has ended: the next message may be another server's. */
  beginAnew() {
    this.#isNew = true;
  }
}
