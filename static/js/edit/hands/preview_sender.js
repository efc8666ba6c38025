/** Tells the other pages of a scene what a drag makes of objects, a few times a second. */

/**
 * @import { Overrides } from "../../document/overrides.js"
 * @import { Entity } from "../../document/schema.js"
 * @import { PreviewedObject, ScenePreview } from "../../net/messages.js"
 * @import { Clock } from "../../net/reconnecting_socket.js"
 */

const EVERY_MS = 100;
/** Others forget what they have not heard of for longer. */
const AGAIN_MS = 1000;
/** More than the server passes on at once. */
const MOST = 200;
const MEMBERS = /** @type {const} */ (["position", "rotation", "size"]);

export class PreviewSender {
  #send;
  #clock;
  /** What is dragged now. @type {Overrides | null} */
  #latest = null;
  /** @type {Overrides | null} */
  #sent = null;
  #sentAtMs = 0;
  /** @type {unknown} */
  #timer = null;

  /**
   * @param {(message: ScenePreview) => void} send drops it where there is no connection
   * @param {Clock} clock
   */
  constructor(send, clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** @param {Overrides} overrides what a drag has made of the objects so far */
  moved(overrides) {
    this.#latest = overrides.size > MOST ? null : overrides;
    if (this.#timer === null) this.#tick();
  }

  /** The drag is over, and its edit goes out. */
  ended() {
    this.#latest = null;
  }

  /** What was shown is not to be. */
  takenBack() {
    this.#latest = null;
    if (this.#sent === null) return;
    this.#sent = null;
    this.#send({ type: "scenePreview", objects: {} });
  }

  #tick() {
    this.#timer = null;
    if (this.#latest === null) return;
    const now = this.#clock.now();
    if (this.#latest !== this.#sent || now - this.#sentAtMs >= AGAIN_MS) {
      this.#sent = this.#latest;
      this.#sentAtMs = now;
      this.#send({ type: "scenePreview", objects: placesOf(this.#latest) });
    }
    this.#timer = this.#clock.setTimeout(() => this.#tick(), EVERY_MS);
  }
}

/**
 * @param {Overrides} overrides
 * @returns {Record<string, PreviewedObject>} of each object where it is, how turned and how large
 */
function placesOf(overrides) {
  return Object.fromEntries([...overrides].map(([id, members]) => [id, placeOf(members)]));
}

/**
 * @param {Partial<Entity>} members
 * @returns {PreviewedObject}
 */
function placeOf(members) {
  return Object.fromEntries(
    MEMBERS.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]]])),
  );
}
