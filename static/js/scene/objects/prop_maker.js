/** What makes props: a module of its own with all recipes, loaded where a scene has a prop. */

import { mergeGeometries, toCreasedNormals } from "three/addons/utils/BufferGeometryUtils.js";

/** @import { PropMaker } from "../props/prop_geometry.js" */

/** @type {PropMaker | null} */
let loaded = null;

/** @returns {PropMaker | null} null until it is loaded */
export const propMaker = () => loaded;

/**
 * @param {string} prop
 * @returns {string[]} the names of its forms, the usual one first; none until it is loaded
 */
export const formsOf = (prop) => loaded?.formsOf(prop) ?? [];

/**
 * It is given what the page has already: imported there, too, that would be one more chunk to load.
 *
 * @returns {Promise<PropMaker>}
 * @throws {Error} where it cannot be loaded; the next call tries again
 */
export async function loadPropMaker() {
  const { PropMaker } = await import("../props/prop_geometry.js");
  loaded ??= new PropMaker({ mergeGeometries, toCreasedNormals });
  return loaded;
}
