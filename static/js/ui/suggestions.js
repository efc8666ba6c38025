/** Requests that a person could make of their AI now, each of which would change what they see. */

/** @import { Entity, SceneDocument } from "../document/schema.js" */

const EVENING = new Set(["sunset", "night"]);
/** What a scene is built in. */
const AROUND = /wall|floor|ground/;
const WALL = /wall/;

/**
 * @param {SceneDocument} scene
 * @returns {string[]} three
 */
export function suggestionsFor({ objects, camera, environment }) {
  const entities = Object.values(objects);
  return [
    entities.some(({ name }) => name.includes("table"))
      ? "Put a warm lamp beside the table."
      : "Put a red cube on a blue table.",
    EVENING.has(environment.light) ? "Make it a bright morning." : "Make it evening.",
    toLookAt(entities, camera === null ? undefined : objects[camera]),
  ];
}

/**
 * @param {Entity[]} entities
 * @param {Entity | undefined} camera
 */
function toLookAt(entities, camera) {
  const isSomething = entities.some(({ name, size }) => size?.length === 3 && !AROUND.test(name));
  const isRoom = entities.some(({ name }) => WALL.test(name));
  if (!isSomething) return isRoom ? "Furnish it as a living room." : "Build a snowman with a hat.";
  // From behind one would see a wall.
  if (isRoom) return "Hang a clock on the back wall.";
  return camera !== undefined && camera.position[2] < 0
    ? "Show it from the front."
    : "Show its back.";
}
