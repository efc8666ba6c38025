/** A scene of which only some objects are seen. */

/** @import { Entity, SceneDocument } from "./schema.js" */

/** What gives light or looks, and is not drawn itself. */
const UNSEEN = /_light$|^camera$/;

/**
 * @param {SceneDocument} document
 * @param {readonly string[]} ids of what is seen, with all that belongs to it; lights stay as well
 * @returns {SceneDocument} whose other objects are hidden; what is seen stays the same JavaScript
 *   objects, in the same places
 */
export function isolated(document, ids) {
  const seen = new Set(ids);
  const { objects } = document;
  /** @type {Set<string>} what must be there for something that is seen, but is not seen itself */
  const above = new Set();
  for (const id of ids) {
    for (const over of ancestors(objects, id)) above.add(over);
  }
  const entries = Object.entries(objects).map(([id, entity]) => {
    const isSeen = seen.has(id) || ancestors(objects, id).some((over) => seen.has(over));
    if (isSeen || UNSEEN.test(entity.kind)) return [id, entity];
    return [id, above.has(id) ? asPlace(entity) : { ...entity, visible: false }];
  });
  return { ...document, objects: Object.fromEntries(entries) };
}

/**
 * @param {Entity} entity
 * @returns {Entity} the same place, and no shape
 */
function asPlace({ size, ...entity }) {
  return { ...entity, kind: "group" };
}

/**
 * @param {SceneDocument["objects"]} objects
 * @param {string} id
 * @returns {string[]} the nearest first
 */
function ancestors(objects, id) {
  const found = [];
  for (let over = objects[id]?.parent; over; over = objects[over]?.parent) found.push(over);
  return found;
}
