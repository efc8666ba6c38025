/** Requests that a person could make of their AI now, each of which would change what they see. */

/** @import { SceneDocument } from "../document/schema.js" */

const WHITE = "#ffffff";
const BLACK = "#000000";
/** How a new scene's key light stands. */
const START_AZIMUTH_DEGREES = 135;

/**
 * @param {SceneDocument} scene
 * @returns {string[]} three
 */
export function suggestionsFor({ model, lights: { key }, background }) {
  const isUnpainted = model.color === WHITE;
  const isUnlit = key.color === WHITE && key.azimuthDegrees === START_AZIMUTH_DEGREES;
  return [
    isUnpainted ? "Make the model teal." : "Paint the model the color of terracotta.",
    isUnlit
      ? "Light it from the left, warm like the evening sun."
      : "Make the light softer, and a little cooler.",
    background.color === BLACK
      ? "Put it before a pale gray background, as in a photo studio."
      : "Make the background a deep, dark blue.",
  ];
}
