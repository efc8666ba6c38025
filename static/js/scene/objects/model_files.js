/** How a page gets the files of models, and how far it has come with them. */

/**
 * @typedef {object} Arriving
 * @property {number} count how many models are on their way
 * @property {number} failed how many could not be loaded
 * @property {number} share from 0 to 1, of all their bytes
 */

let authorization = "";
/** @type {(arriving: Arriving) => void} */
let listener = () => {};
/** By model, of those on their way. @type {Map<object, { came: number, size: number }>} */
const arriving = new Map();
let failed = 0;

/**
 * @param {string} by how this page may see the scene: what it sends as `Authorization`
 * @param {(arriving: Arriving) => void} [changed] called as models come
 */
export function openModels(by, changed) {
  authorization = by;
  if (changed !== undefined) listener = changed;
}

/**
 * @param {string} asset
 * @returns {{ url: string, headers: Record<string, string> }} where its file is, and with what to ask
 */
export function fileOf(asset) {
  const url = new URL(`assets/${encodeURIComponent(asset)}`, document.baseURI).href;
  return { url, headers: { Authorization: authorization } };
}

/** @returns what to report of one more model that is being loaded */
export function newProgress() {
  const own = {};
  arriving.set(own, { came: 0, size: 0 });
  tell();
  return {
    /** @param {number} came @param {number} size */
    came(came, size) {
      arriving.set(own, { came, size });
      tell();
    },
    /** @param {boolean} well */
    ended(well) {
      arriving.delete(own);
      if (!well) failed++;
      tell();
    },
  };
}

function tell() {
  let came = 0;
  let size = 0;
  for (const each of arriving.values()) {
    came += each.came;
    size += each.size;
  }
  listener({ count: arriving.size, failed, share: size === 0 ? 0 : came / size });
}
