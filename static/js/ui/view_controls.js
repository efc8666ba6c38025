/** Keys, buttons and the help for the person's own view of the scene. */

import { elementById } from "./elements.js";
import { keep, kept } from "./preferences.js";

/** @import { View } from "../scene/view.js" */

const STEP_DEGREES = 5;
const ZOOM_STEP = 1.1;
/** Of what is seen from top to bottom. */
const PAN_STEP = 0.05;
const FRAMES_KEY = "hello3d.lightFrames";

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

/** @type {ReadonlyMap<string, (view: View) => void>} */
const KEYS_WITH_SHIFT = new Map([
  ["ArrowLeft", (view) => view.pan(-PAN_STEP, 0)],
  ["ArrowRight", (view) => view.pan(PAN_STEP, 0)],
  ["ArrowUp", (view) => view.pan(0, PAN_STEP)],
  ["ArrowDown", (view) => view.pan(0, -PAN_STEP)],
]);

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 */
export function connectViewControls(canvas, view) {
  connectViewKeys(canvas, view);
  const help = elementById("help", HTMLDialogElement);
  elementById("help-open", HTMLElement).addEventListener("click", () => help.showModal());
  elementById("view-reset", HTMLElement).addEventListener("click", () => {
    view.reset();
    canvas.focus();
  });
  connectFrames(view);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 */
export function connectViewKeys(canvas, view) {
  canvas.addEventListener("keydown", (event) => {
    const action = (event.shiftKey && KEYS_WITH_SHIFT.get(event.key)) || KEYS.get(event.key);
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(view);
  });
}

/**
 * The frames of the lights: off until this person asks for them, and then in this browser.
 *
 * @param {View} view
 */
function connectFrames(view) {
  const button = elementById("frames", HTMLButtonElement);
  const show = (/** @type {boolean} */ shown) => {
    button.setAttribute("aria-pressed", String(shown));
    view.showFrames(shown);
  };
  button.addEventListener("click", () => {
    const shown = button.getAttribute("aria-pressed") !== "true";
    show(shown);
    keep(FRAMES_KEY, shown ? "shown" : null);
  });
  show(kept(FRAMES_KEY) === "shown");
}

/** @param {View} view */
export function showWhetherMoved(view) {
  elementById("view-reset", HTMLElement).hidden = !view.moved;
}
