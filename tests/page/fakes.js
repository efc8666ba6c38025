/** What a page is given from outside, under the tests' control: clock, socket, scene. */

/** A clock that stands still until it is told to go on. */
export class FakeClock {
  #nowMs = 1_000_000;
  #nextId = 1;
  /** @type {Map<number, { at: number, callback: () => void }>} */
  #timers = new Map();

  now = () => this.#nowMs;

  /** @type {(callback: () => void, delayMs: number) => number} */
  setTimeout = (callback, delayMs) => {
    this.#timers.set(this.#nextId, { at: this.#nowMs + delayMs, callback });
    return this.#nextId++;
  };

  /** @type {(id: number) => void} */
  clearTimeout = (id) => {
    this.#timers.delete(id);
  };

  /**
   * As a person or a time server does: timers run on as before.
   *
   * @param {number} byMs
   */
  setBack(byMs) {
    this.#nowMs -= byMs;
    for (const timer of this.#timers.values()) timer.at -= byMs;
  }

  /**
   * As a machine does that sleeps: timers do not go on meanwhile.
   *
   * @param {number} forMs
   */
  sleep(forMs) {
    this.setBack(-forMs);
  }

  /** @param {number} durationMs */
  advance(durationMs) {
    const end = this.#nowMs + durationMs;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end);
      const [next] = due.sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next[0]);
      this.#nowMs = next[1].at;
      next[1].callback();
    }
    this.#nowMs = end;
  }
}

/** The browser's WebSocket, with the server's side played by the test. */
export class FakeSocket {
  readyState = 0;
  /** @type {any[]} */
  sent = [];
  /** @type {(() => void) | null} */
  onopen = null;
  /** @type {((event: { data: string }) => void) | null} */
  onmessage = null;
  /** @type {((event: { code: number }) => void) | null} */
  onclose = null;

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  serverOpens() {
    this.readyState = 1;
    this.onopen?.();
  }

  /** @param {object} message */
  serverSends(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** @param {number} code */
  serverCloses(code) {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

/** Every socket that was opened, in order. */
export class FakeNetwork {
  /** @type {FakeSocket[]} */
  sockets = [];

  /** @returns {any} a stand-in for the browser's WebSocket class */
  get WebSocket() {
    const { sockets } = this;
    return class extends FakeSocket {
      constructor() {
        super();
        sockets.push(this);
      }
    };
  }

  get latest() {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("No socket was opened.");
    return socket;
  }
}
