/** The code in a link's fragment that signs its person in, once. */

const CODE = /(^#|&)join=([\w-]+)(?=&|$)/;

/**
 * Takes the code out of the address, so that neither history nor a copied address holds it.
 *
 * @param {Location} location
 * @param {History} history
 * @returns {string | null}
 */
export function takeJoinCode(location, history) {
  const found = CODE.exec(location.hash);
  if (found === null) return null;
  const rest = location.hash.replace(CODE, "").replace(/^[#&]+/, "");
  const hash = rest === "" ? "" : `#${rest}`;
  history.replaceState(history.state, "", location.pathname + location.search + hash);
  return found[2] ?? null;
}

/**
 * Exchanges the code for a cookie that opens the scene's page.
 *
 * @param {string} code
 * @param {string} csrfToken
 * @param {typeof fetch} send
 * @param {string} path where it is exchanged
 * @returns {Promise<boolean>} whether it was good
 */
export async function useJoinCode(code, csrfToken, send, path) {
  const body = new URLSearchParams({ code, csrfmiddlewaretoken: csrfToken });
  try {
    return (await send(path, { method: "POST", body })).ok;
  } catch {
    return false; // the connection broke: signing in is still offered
  }
}
