/** What the panels say to the person. */

import { lockWords } from "../document/locks.js";

export const OBJECTS = "Objects";
export const PROPERTIES = "Properties";
export const CLOSE = "Close";
export const SEARCH = "Search objects";
export const TREE = "Objects of the scene";
export const EMPTY = "Nothing is in this scene yet.";
export const NOT_FOUND = "No object has this in its name.";
export const RENAME = "Rename";
export const MOVE_INTO = "Move into…";
export const MOVE = "Move";
export const CANCEL = "Cancel";
export const NEW_NAME = "Name";
export const TOP_LEVEL = "Nothing (top level)";
export const GROUPS = "Groups";
export const OTHER_OBJECTS = "Other objects";

export const FEED = "History";
export const FEED_EMPTY = "Nothing has happened here yet.";
export const FEED_CUT = "What was before is not listed here.";
export const YOU = "You";
export const PERSON = "A person";
export const AI_CLIENT = "AI client";
export const UNDONE = "undone";
export const FAILED = "failed";
const UP_TO_HERE = { undo: "Undo up to here", redo: "Redo up to here" };
export const UP_TO_HERE_HINT = {
  undo: "Undo this and all that came after it",
  redo: "Redo this and all that was undone before it",
};

/** @param {"undo" | "redo"} action @param {string} words what a change has done */
export const upToHereWords = (action, words) => `${UP_TO_HERE[action]}: ${words}`;

/** @param {number} count of calls that an AI has mended by itself */
export const slipWords = (count) =>
  count === 1
    ? "1 attempt that the AI corrects itself"
    : `${count} attempts that the AI corrects itself`;

/** @param {string} kind such as area_light */
export const kindWords = (kind) => kind.replaceAll("_", " ");

/**
 * @param {{ name: string, kind: string }} entity
 * @param {boolean} isVisible
 * @param {string} lockedBy whose lock it has; empty for none
 */
export const rowWords = ({ name, kind }, isVisible, lockedBy) =>
  `${name}, ${kindWords(kind)}${isVisible ? "" : ", hidden"}${lockedBy && `, ${lockWords(lockedBy)}`}`;

/** @param {string} name @param {boolean} isVisible */
export const eyeWords = (name, isVisible) => `${isVisible ? "Hide" : "Show"} ${name}`;

/** @param {string} name @param {boolean} isLocked */
export const padlockWords = (name, isLocked) => `${isLocked ? "Unlock" : "Lock"} ${name}`;

/** @param {string} name @param {number} count */
export const moveWords = (name, count) =>
  count === 1 ? `Move “${name}” into` : `Move ${count} objects into`;

export const LOCKED = "Locked";
export const SCENE = "Scene";
export const MIXED_WORDS = "Mixed";
export const MORE = "More";
export const NONE_SELECTED = "Select an object to see what it is like.";
export const FOG = "Fog";
export const COLOR = "Color";
export const FOG_NEAR = "Fog from, m";
export const FOG_FAR = "Fog up to, m";
export const CHART_TABLE = "Table";
export const CAMERA = "Camera";
export const CAMERA_FOV = "Field of view, °";
export const SELECT_CAMERA = "Select the camera";

/** @type {Record<string, string>} by the path of a member */
const LABELS = {
  name: "Name",
  visible: "Visible",
  text: "Text",
  chart: "Chart",
  title: "Title",
  xTitle: "Labels are",
  yTitle: "Values are",
  prop: "Thing",
  form: "Form",
  position: "Position, m",
  rotation: "Rotation, °",
  size: "Size, m",
  aim: "Looks at",
  radius: "Radius, m",
  closed: "Closed",
  bevel: "Bevel, m",
  color: "Color",
  intensity: "Intensity",
  angle: "Cone, °",
  fov: "Field of view, °",
  tags: "Tags",
  floating: "May float",
  "material.preset": "Preset",
  "material.color": "Color",
  "material.roughness": "Roughness",
  "material.metalness": "Metalness",
  "material.opacity": "Opacity",
  "material.transmission": "Transmission",
  "material.emissive": "Glow",
  "material.emissiveIntensity": "Glow strength",
  "material.flat": "Flat facets",
  "material.wireframe": "Wireframe",
  "environment.background": "Background",
  "environment.light": "Light around",
  "environment.lightIntensity": "Its intensity",
  "environment.ambient": "Even light",
  "environment.tone": "Tone curve",
  "environment.floor": "Floor",
  "environment.fog": FOG,
  "environment.exposure": "Exposure",
  "environment.shadows": "Shadows",
};

/**
 * The sections of an object's properties, each with the members in it; all others are in the last.
 *
 * @type {readonly { title: string, keys: readonly string[] }[]}
 */
export const SECTIONS = [
  {
    title: "",
    keys: ["name", "text", "prop", "form", "chart", "title", "xTitle", "yTitle", "visible"],
  },
  {
    title: "Place and shape",
    keys: ["position", "rotation", "size", "aim", "radius", "closed", "bevel"],
  },
  { title: "Light", keys: ["color", "intensity", "angle"] },
  { title: "Lens", keys: ["fov"] },
  {
    title: "Material",
    keys: [
      "material.preset",
      "material.color",
      "material.roughness",
      "material.metalness",
      "material.opacity",
    ],
  },
  { title: MORE, keys: [] },
];

/** @type {Record<string, string>} by the name of a choice */
const CHOICES = { none: "None", shadow: "Shadow only", color: "A color" };

/** @param {string} key */
export const hasLabel = (key) => Object.hasOwn(LABELS, key);

/** @param {string} key such as `material.color` */
export const labelOf = (key) => LABELS[key] ?? sentence(key.split(".").at(-1) ?? key);

/** @param {string} name such as frosted_glass */
export const choiceWords = (name) => CHOICES[name] ?? sentence(name.replaceAll("_", " "));

/** @param {string} label @param {number} at @param {number} length of the list of numbers */
export const axisLabel = (label, at, length) => `${label} ${axisOf(label, at, length)}`;

/** @param {string} label @param {number} at @param {number} length */
export const axisOf = (label, at, length) =>
  (length === 2 || label === LABELS.size ? ["w", "h", "d"] : ["x", "y", "z"])[at] ?? "";

/** @param {string} label @param {number} at */
export const endLabel = (label, at) => (at === 0 ? label : `${label} below`);

/** @param {number} count */
export const countWords = (count) => `${count} objects`;

/** @param {string} text */
export const notANumber = (text) => `“${text.trim()}” is not a number.`;

/** @param {string} text */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1);
