/** What of a scene is under a point of the screen. */

import { DrawnObject } from "./objects/drawn_object.js";

/**
 * @import { Intersection, Object3D, Raycaster } from "three"
 * @import { FrameHit } from "./lights/scene_lights.js"
 * @import { DrawnObjects } from "./objects/drawn_objects.js"
 */

/**
 * @param {DrawnObjects} things
 * @param {Raycaster} ray
 * @param {FrameHit | null} frame of a light that is hit too
 * @returns {string[]} the ids of the object that is hit first and of all that it belongs to, the
 *   outermost first; of the copy of a pattern, those of the pattern. Empty where nothing is hit
 */
export function pathAt(things, ray, frame) {
  const hit = ray.intersectObject(things).find(isSeen);
  const isFrame = frame !== null && frame.distance < (hit?.distance ?? Number.POSITIVE_INFINITY);
  const path = [];
  let part = (isFrame ? things.at(frame.id) : hit?.object) ?? null;
  for (; part !== null && part !== things; part = part.parent) {
    if (part instanceof DrawnObject) path.unshift(part.name);
  }
  return path;
}

/** @param {Intersection} hit */
export function isSeen({ object }) {
  for (let part = /** @type {Object3D | null} */ (object); part !== null; part = part.parent) {
    if (!part.visible) return false;
  }
  return true;
}
