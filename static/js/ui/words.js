/** What the page says to the person, but about its connection. */

/**
 * @param {number} count
 * @param {string} singular
 * @returns {string} such as "1 browser" and "2 browsers"
 */
export function counted(count, singular) {
  return `${count} ${singular}${count === 1 ? "" : "s"}`;
}

export const NOT_LOADED =
  "Part of the page could not be loaded, so it cannot draw the scene. Reload the page.";

/** @type {[title: string, text: string]} */
export const PANELS_FAILED = [
  "This panel could not be loaded",
  "The connection broke, or the server has been updated since. Try again, or reload the page.",
];

/** @type {[title: string, text: string]} */
export const HANDLES_FAILED = [
  "The handles could not be loaded",
  "The connection broke, or the server has been updated since. Try again, or reload the page.",
];

export const NO_WEBGL =
  "This browser has no WebGL 2 and cannot draw the scene. Turn on hardware acceleration in " +
  "its settings, or open the link in another browser.";

export const NO_READBACK =
  "This browser hands out noise in place of pictures, so that sites do not recognize its person. " +
  "Allow this site to read canvas data, or open the link in another browser.";

export const MAY_NOT_EDIT = {
  code: "not_allowed",
  message:
    "This link lets you look at the scene, not change it. Ask whoever gave it to you for one that does.",
};

/** What a page says of itself that came by a link for others, by its role. @type {Record<string, string>} */
export const ROLE_WORDS = { viewer: "View only", editor: "You can edit" };

/** A line is no chat: only what the AI does next makes it read. */
export const UNREAD =
  "Your AI reads this with its next step here: ask it for one where you talk to it.";

/** @param {readonly string[]} names of the clients that have read it */
export const readWords = (names) => `Read by ${names.join(", ")}.`;

/** What was wrong is for the AI to read, and in History for those who know the tools. */
export const SLIP =
  "Your AI made a slip in this step. It was told what is wrong, and can try again.";

export const LATE = "Changes may arrive late";
/** Of a person's own changes, which the server has not confirmed in time. */
export const UNSTORED = "Your changes are not stored yet";

export const GONE = "The scene stays as it is. Your AI client goes on here as soon as it is back.";

export const FULL_SCREEN = "Full screen";
export const LEAVE_FULL_SCREEN = "Leave full screen";

/** While a file is made, by what is downloaded. */
export const DOWNLOADING = {
  png: "Making the picture…",
  glb: "Making the 3D model…",
  selected: "Making the 3D model…",
  json: "Writing the scene…",
  turntable: "Recording one turn, 6 seconds…",
};

export const DOWNLOAD_FAILED = {
  title: "There is no file",
  text: "It could not be made. It may be too large for this device: try a smaller picture, or close other tabs.",
  notLoaded: "A part of the page could not be loaded. Check the connection, then try again.",
};

export const TURNTABLE = {
  unsupported: "This browser records no WebM films. Chrome, Edge and Firefox do.",
  hidden:
    "The recording ended, because this tab went out of sight. Leave it in front for 6 seconds.",
};

/**
 * @param {{ width: number, height: number }} size in pixels
 * @param {number} index among those that are offered
 */
export function sizeWords({ width, height }, index) {
  return `${["As seen, ", "", "Large, "][index]}${width} × ${height}`;
}

export const MODEL_FAILED = {
  title: "The model was not added",
  unknown: "Something went wrong. Try again.",
  missing: "A model could not be loaded",
  box: "A gray box stands for it. Reload the page to try again.",
};

/**
 * @param {string} name of a file that is sent; empty for models that are loaded
 * @param {number} [count] how many are loaded
 */
export const modelWords = (name, count = 1) =>
  name ? `Adding ${name}` : count === 1 ? "Loading a model" : `Loading ${count} models`;
