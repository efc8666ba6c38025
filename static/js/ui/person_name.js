/** What the person of this browser is called by the others at a scene. */

import { keep, kept } from "./preferences.js";

const KEY = "hello3d.name";
/** As many as the server keeps. */
export const LONGEST_NAME = 40;

/** @returns {string} empty where they gave none */
export function personName() {
  return (kept(KEY) ?? "").slice(0, LONGEST_NAME);
}

/** @param {string} name */
export function keepPersonName(name) {
  keep(KEY, name === "" ? null : name);
}
