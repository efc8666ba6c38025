/** What draws texts and charts: loaded where a scene has one, as most scenes have none. */

import { layOut, loadedLetters, loadLetters } from "./lettering.js";
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

/** @param {Entity} entity */
export const isLate = ({ kind }) => kind === "text" || kind === "chart";

/**
 * @param {Record<string, Entity>} objects
 * @returns {boolean} whether they need what is not loaded yet
 */
export function isLacking(objects) {
  const hasLetters = loadedLetters() !== null;
  if (hasLetters && chartShape !== null) return false;
  return Object.values(objects).some(
    ({ kind }) => kind === "chart" || (kind === "text" && !hasLetters),
  );
}

/**
 * @param {Record<string, Entity>} objects for which it is needed
 * @throws {Error} where it cannot be loaded; the next call tries again
 */
export async function loadFor(objects) {
  const hasChart = Object.values(objects).some(({ kind }) => kind === "chart");
  const charts = hasChart ? import("../charts/chart_shape.js") : null;
  await loadLetters();
  if (charts !== null) ({ chartShape } = await charts);
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
