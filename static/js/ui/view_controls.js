/** Keys, buttons and the help for the person's own view of the scene. */

import { elementById } from "./elements.js";

/** @import { View } from "../scene/view.js" */

const STEP_DEGREES = 5;
const ZOOM_STEP = 1.1;

/** @type {ReadonlyMap<string, (view: View) => void>} */
const KEYS = new Map([
  ["ArrowLeft", (view) => view.orbit(-STEP_DEGREES, 0)],
  ["ArrowRight", (view) => view.orbit(STEP_DEGREES, 0)],
  ["ArrowUp", (view) => view.orbit(0, STEP_DEGREES)],
  ["ArrowDown", (view) => view.orbit(0, -STEP_DEGREES)],
  ["+", (view) => view.zoom(ZOOM_STEP)],
  ["=", (view) => view.zoom(ZOOM_STEP)],
  ["-", (view) => view.zoom(1 / ZOOM_STEP)],
  ["Home", (view) => view.reset()],
]);

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 */
export function connectViewControls(canvas, view) {
  canvas.addEventListener("keydown", (event) => {
    const action = KEYS.get(event.key);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(view);
  });
  const help = elementById("help", HTMLDialogElement);
  elementById("help-open", HTMLElement).addEventListener("click", () => help.showModal());
  elementById("view-reset", HTMLElement).addEventListener("click", () => {
    view.reset();
    canvas.focus();
  });
}

/** @param {View} view */
export function showWhetherMoved(view) {
  elementById("view-reset", HTMLElement).hidden = !view.moved;
}
