/** The keys by which a person edits, wherever the picture or the bar has the focus. */

/**
 * @import { Mode } from "../../scene/editing/held.js"
 *
 * @typedef {[right: number, up: number, ahead: number]} Steps
 *
 * @typedef {object} KeyActions each returns false where there is nothing to do, so that the key does
 *   what it does elsewhere
 * @property {(mode: Mode) => boolean} setMode
 * @property {() => boolean} frame
 * @property {() => boolean} remove
 * @property {() => boolean} duplicate
 * @property {() => boolean} group
 * @property {() => boolean} lock
 * @property {(steps: Steps) => boolean} nudge
 * @property {() => void} nudged the last of these keys was released
 * @property {() => boolean} escape
 *
 * @typedef {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">} Key
 */

/** @type {ReadonlyMap<string, (actions: KeyActions) => boolean>} */
const PLAIN = new Map([
  ["w", (actions) => actions.setMode("move")],
  ["e", (actions) => actions.setMode("turn")],
  ["r", (actions) => actions.setMode("size")],
  ["f", (actions) => actions.frame()],
  ["l", (actions) => actions.lock()],
  ["delete", (actions) => actions.remove()],
  ["backspace", (actions) => actions.remove()],
  ["escape", (actions) => actions.escape()],
]);

/** @type {ReadonlyMap<string, (actions: KeyActions) => boolean>} */
const WITH_CONTROL = new Map([
  ["d", (actions) => actions.duplicate()],
  ["g", (actions) => actions.group()],
]);

/** @type {Readonly<Record<string, Steps>>} */
const ARROWS = {
  arrowleft: [-1, 0, 0],
  arrowright: [1, 0, 0],
  arrowup: [0, 0, 1],
  arrowdown: [0, 0, -1],
};
/** @type {Readonly<Record<string, Steps>>} */
const ARROWS_WITH_SHIFT = {
  arrowleft: [-10, 0, 0],
  arrowright: [10, 0, 0],
  arrowup: [0, 1, 0],
  arrowdown: [0, -1, 0],
};

/**
 * @param {Key} event
 * @param {KeyActions} actions
 * @returns {boolean} whether it did something here
 */
export function pressed({ key, ctrlKey, metaKey, altKey, shiftKey }, actions) {
  const name = key.toLowerCase();
  if (altKey) return false;
  if (ctrlKey || metaKey) return WITH_CONTROL.get(name)?.(actions) ?? false;
  const steps = (shiftKey ? ARROWS_WITH_SHIFT : ARROWS)[name];
  if (steps !== undefined) return actions.nudge(steps);
  return PLAIN.get(name)?.(actions) ?? false;
}

/**
 * @param {Pick<KeyboardEvent, "key">} event
 * @param {KeyActions} actions
 */
export function released({ key }, actions) {
  if (key.toLowerCase() in ARROWS) actions.nudged();
}
