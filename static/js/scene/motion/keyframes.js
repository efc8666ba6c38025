/** What keyframes say of any moment: place, turn and size, each from frame to frame. */

import { eased } from "./progress.js";

/** @import { Entity, Keyframe } from "../../document/schema.js" */

/**
 * The frames that say something of one member, in the order of their times.
 *
 * @typedef {{ time: number, values: readonly number[] }[]} Track
 */

/** Angles at rest are taken from -180 to 180: from 350 to -30 it is 20 degrees. */
const centered = (/** @type {number} */ angle) => angle - 360 * Math.ceil((angle - 180) / 360);

export class Keyframes {
  #easing;
  #position;
  #rotation;
  #scale;

  /**
   * @param {Entity} entity at rest, as it is until its first frame
   * @param {readonly Keyframe[]} frames
   * @param {string | undefined} easing from frame to frame
   */
  constructor({ position, rotation = [0, 0, 0] }, frames, easing) {
    this.#easing = easing;
    this.#position = track(frames, position, (frame) => frame.position);
    this.#rotation = track(frames, rotation.map(centered), (frame) => frame.rotation);
    this.#scale = track(frames, [1], ({ scale }) => (scale === undefined ? undefined : [scale]));
  }

  /**
   * @param {number} seconds
   * @returns {{ position: readonly number[] | null, rotation: readonly number[] | null,
   *   scale: number }} null for what no frame says
   */
  at(seconds) {
    return {
      position: this.#valuesOf(this.#position, seconds),
      rotation: this.#valuesOf(this.#rotation, seconds),
      scale: this.#valuesOf(this.#scale, seconds)?.[0] ?? 1,
    };
  }

  /**
   * @param {Track} frames
   * @param {number} seconds
   */
  #valuesOf(frames, seconds) {
    const next = frames.findIndex(({ time }) => time > seconds);
    const [from, to] = [frames[next === -1 ? frames.length - 1 : next - 1], frames[next]];
    if (from === undefined || to === undefined) return from?.values ?? null;
    const share = eased(this.#easing, (seconds - from.time) / (to.time - from.time));
    return from.values.map((value, index) => value + share * ((to.values[index] ?? 0) - value));
  }
}

/**
 * @param {readonly Keyframe[]} frames
 * @param {readonly number[]} rest
 * @param {(frame: Keyframe) => readonly number[] | undefined} member
 * @returns {Track} empty where no frame says anything
 */
function track(frames, rest, member) {
  const said = frames.flatMap((frame) => {
    const values = member(frame);
    return values === undefined ? [] : [{ time: frame.time, values }];
  });
  return said.length === 0 || said[0]?.time === 0 ? said : [{ time: 0, values: rest }, ...said];
}
