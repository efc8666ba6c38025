/**
 * The recipes of props, which the server reads, too: sessions_app/scene/props/recipes.py.
 *
 * It is loaded where a scene has a prop, or a person looks for one.
 */

import furniture from "#props/furniture.json" with { type: "json" };
import home from "#props/home.json" with { type: "json" };
import living from "#props/living.json" with { type: "json" };
import outside from "#props/outside.json" with { type: "json" };
import paints from "#props/paints.json" with { type: "json" };
import play from "#props/play.json" with { type: "json" };
import table from "#props/table.json" with { type: "json" };
import traffic from "#props/traffic.json" with { type: "json" };

/**
 * @import { Material } from "../../document/schema.js"
 *
 * @typedef {object} RawPart as sessions_app/scene/props/parts.py explains it
 * @property {string} kind
 * @property {string} at
 * @property {string} [part]
 * @property {string} [color]
 * @property {string} [axis]
 * @property {number[]} [turn]
 * @property {string} [mirror]
 * @property {[axis: string, spacing: number, length: number]} [along]
 * @property {[axis: string, spacing: number, gap: number]} [cells]
 * @property {number[][]} [points]
 * @property {number} [radius]
 * @property {boolean} [flat]
 *
 * @typedef {object} Recipe
 * @property {[number, number, number]} size
 * @property {string} color
 * @property {RawPart[]} parts
 *
 * @typedef {object} RawProp what all of its forms have, and what each has
 * @property {string[]} [words]
 * @property {[number, number, number]} [size]
 * @property {string} [color]
 * @property {string} [material]
 * @property {RawPart[]} [parts]
 * @property {Record<string, Omit<RawProp, "forms">>} [forms]
 */

/** In the order of the server's files. */
const SUBJECTS = { furniture, home, table, living, outside, traffic, play };

/** By name. @type {Map<string, RawProp>} */
export const PROPS = new Map(
  Object.values(SUBJECTS).flatMap((props) =>
    Object.entries(/** @type {Record<string, RawProp>} */ (/** @type {unknown} */ (props))),
  ),
);

/** The color and the surface by the name of a paint. @type {Map<string, [string, string]>} */
export const PAINTS = new Map(
  Object.entries(paints.paints).map(([name, [color = "", surface = ""]]) => [
    name,
    [color, surface],
  ]),
);

/** By name. @type {Map<string, Material>} */
export const SURFACES = new Map(Object.entries(paints.surfaces));

/**
 * @param {string} prop
 * @returns {string[]} the names of its forms, the usual one first
 */
export const formsOf = (prop) => Object.keys(PROPS.get(prop)?.forms ?? {});

/**
 * @param {string} prop
 * @param {string} form of an unknown one the first counts
 * @returns {Recipe | null} null for a prop that is not known
 */
export function recipeOf(prop, form) {
  const raw = PROPS.get(prop);
  if (raw === undefined) return null;
  const own = raw.forms?.[form] ?? Object.values(raw.forms ?? {})[0] ?? {};
  const { size = [1, 1, 1], color = "#ffffff" } = { ...raw, ...own };
  return { size, color, parts: [...(raw.parts ?? []), ...(own.parts ?? [])] };
}
