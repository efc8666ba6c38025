/** The scenes that were opened in this browser, the latest first; kept by the page alone. */

import { keep, kept } from "./preferences.js";

/**
 * @typedef {object} RecentScene
 * @property {string} id
 * @property {string} name
 * @property {string} picture a data URL; "" without one
 */

const KEY = "hello3d.scenes";
const MOST = 12;
const LONGEST_NAME = 80;
/** Twelve of these are a tenth of what a browser keeps for a site. */
const LARGEST_PICTURE = 30_000;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PICTURE = "data:image/";

/** @returns {RecentScene[]} without what is not one: it may be of another version, or anybody's */
export function recentScenes() {
  try {
    const stored = JSON.parse(kept(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter(isRecentScene).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

/** @param {RecentScene} scene becomes the first; without a picture it keeps the one that it had */
export function rememberScene({ id, name, picture }) {
  const before = recentScenes();
  const fits = picture.startsWith(PICTURE) && picture.length <= LARGEST_PICTURE;
  const scene = {
    id,
    name: name.slice(0, LONGEST_NAME),
    picture: fits ? picture : (before.find((other) => other.id === id)?.picture ?? ""),
  };
  store([scene, ...before.filter((other) => other.id !== id)].slice(0, MOST));
}

/** @param {string} id */
export function forgetScene(id) {
  store(recentScenes().filter((scene) => scene.id !== id));
}

export function forgetAllScenes() {
  store([]);
}

/** @param {RecentScene[]} scenes */
function store(scenes) {
  keep(KEY, scenes.length > 0 ? JSON.stringify(scenes) : null);
}

/**
 * @param {any} stored
 * @returns {stored is RecentScene}
 */
function isRecentScene(stored) {
  return (
    typeof stored === "object" &&
    stored !== null &&
    ID.test(stored.id) &&
    typeof stored.name === "string" &&
    stored.name.length <= LONGEST_NAME &&
    typeof stored.picture === "string" &&
    (stored.picture === "" || stored.picture.startsWith(PICTURE))
  );
}
