/** What a person chose for this browser; where it stores nothing, for as long as the page is open. */

/**
 * @param {string} name
 * @returns {string | null}
 */
export function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // the person blocks storage
  }
}

/**
 * @param {string} name
 * @param {string | null} value null: as at first
 */
export function keep(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // It holds for now, which is what the person asked for.
  }
}
