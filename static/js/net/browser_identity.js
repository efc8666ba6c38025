/** The id of this tab: it survives a reload, and a duplicated tab gets its own. */

const STORAGE_KEY = "hello3d.browserId";

/**
 * Takes the id out of the storage, so that a tab duplicated from this one does not find it.
 *
 * @param {() => Storage} openStorage throws where the person blocks storage
 * @param {() => string} randomId
 * @returns {string}
 */
export function takeBrowserId(openStorage, randomId) {
  try {
    const storage = openStorage();
    const kept = storage.getItem(STORAGE_KEY);
    storage.removeItem(STORAGE_KEY);
    return kept ?? randomId();
  } catch {
    return randomId();
  }
}

/**
 * Puts the id back as the page is left, for the reload that may follow.
 *
 * @param {() => Storage} openStorage
 * @param {string} browserId
 */
export function keepBrowserId(openStorage, browserId) {
  try {
    openStorage().setItem(STORAGE_KEY, browserId);
  } catch {
    // Without storage a reload is a new browser, which the server handles like any other.
  }
}
