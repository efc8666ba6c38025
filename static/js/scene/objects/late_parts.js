/** What draws texts, charts and props: loaded where a scene has one, as most scenes have none. */

import { layOut, loadedLetters, loadLetters } from "./lettering.js";
import { loadPropMaker, propMaker } from "./prop_maker.js";
import { shapesOf } from "./text_geometry.js";

/**
 * @import { Entity } from "../../document/schema.js"
 * @import { Shape } from "./geometries.js"
 * @import { Letters } from "./lettering.js"
 *
 * @typedef {object} Lettering handed to charts: if they imported it, it would be a file of its own,
 *   which every scene asks for
 * @property {Letters} letters
 * @property {typeof layOut} layOut
 * @property {typeof shapesOf} shapesOf
 */

/** @type {((entity: Entity, lettering: Lettering) => Shape) | null} */
let chartShape = null;

/**
 * By kind, what draws it.
 *
 * @type {Readonly<Record<string, { isLoaded: () => boolean, load: () => Promise<unknown> }>>}
 */
const PARTS = {
  text: { isLoaded: () => loadedLetters() !== null, load: loadLetters },
  chart: { isLoaded: () => loadedLetters() !== null && chartShape !== null, load: loadCharts },
  prop: { isLoaded: () => propMaker() !== null, load: loadPropMaker },
};

/** @param {Entity} entity */
export const isLate = ({ kind }) => Object.hasOwn(PARTS, kind);

/**
 * @param {Record<string, Entity>} objects
 * @returns {boolean} whether they need what is not loaded yet
 */
export const isLacking = (objects) => lacking(objects).length > 0;

/**
 * @param {Record<string, Entity>} objects for which it is needed
 * @throws {Error} where it cannot be loaded; the next call tries again
 */
export async function loadFor(objects) {
  await Promise.all(lacking(objects).map(({ load }) => load()));
}

/** @param {Record<string, Entity>} objects */
function lacking(objects) {
  const missing = Object.entries(PARTS).filter(([, { isLoaded }]) => !isLoaded());
  if (missing.length === 0) return [];
  const kinds = new Set(Object.values(objects).map(({ kind }) => kind));
  return missing.flatMap(([kind, part]) => (kinds.has(kind) ? [part] : []));
}

async function loadCharts() {
  const charts = import("../charts/chart_shape.js");
  await loadLetters();
  ({ chartShape } = await charts);
}

/**
 * @param {Entity} entity of a chart
 * @returns {Shape | null} null until it can be drawn
 */
export function lateChart(entity) {
  const letters = loadedLetters();
  return letters === null || chartShape === null
    ? null
    : chartShape(entity, { letters, layOut, shapesOf });
}
