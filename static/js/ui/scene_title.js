/** What a scene is called: its name, or what is in it until somebody names it. */

/** @import { SceneDocument } from "../document/schema.js" */

/** @type {Record<string, string>} */
const STARTS = {
  studio: "Studio",
  empty: "Empty scene",
  room: "Room",
  outdoor: "Outdoors",
};
/** What a scene is built in. */
const AROUND = /\b(wall|floor|ground|ceiling)\b/;
const NAMED = 2;

/**
 * @param {SceneDocument} scene
 * @returns {string} its name, such as "Table, red cube and 3 more", or how it began
 */
export function sceneTitle({ name, start, objects }) {
  if (name) return name;
  const names = [];
  for (const { name: object, kind, parent } of Object.values(objects)) {
    const isThing = kind !== "camera" && kind !== "bust" && !kind.endsWith("light");
    if (isThing && !parent && !AROUND.test(object)) names.push(object);
  }
  if (names.length === 0) return STARTS[start] ?? "Scene";
  const more = names.length - NAMED;
  const listed = names.slice(0, NAMED).join(more > 0 ? ", " : " and ");
  const title = more > 0 ? `${listed} and ${more} more` : listed;
  return title.charAt(0).toUpperCase() + title.slice(1);
}
