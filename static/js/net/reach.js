/** Asks the server over HTTP whether a socket could be opened there: a failed one does not say. */

/**
 * What answers at the socket's address:
 * `here` the server, and it would let this page open a socket;
 * `refused` the server, which lets no page of this origin open one;
 * `elsewhere` something in its place;
 * `away` nothing, or a proxy that does not reach the server;
 * `offline` nothing: this device has no network.
 *
 * @typedef {"here" | "refused" | "elsewhere" | "away" | "offline"} Reach
 */

const ANSWER_WITHIN_MS = 10_000;
/** From here on a proxy says that it is the server that does not answer. */
const FIRST_SERVER_ERROR = 500;

/**
 * @param {string} socketUrl
 * @param {typeof fetch} send
 * @returns {Promise<Reach>}
 */
export async function reachOf(socketUrl, send) {
  if (navigator.onLine === false) return "offline";
  try {
    const answer = await send(socketUrl.replace(/^ws/, "http"), {
      method: "POST", // a GET of a page would not say its origin
      cache: "no-store",
      redirect: "manual", // as to the sign-in of a network
      referrerPolicy: "origin", // the page's address holds the scene's key
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.status >= FIRST_SERVER_ERROR) return "away";
    const code = await answer.json().then(
      (said) => said?.code,
      () => null,
    );
    if (code === "open") return "here";
    return code === "origin_refused" ? "refused" : "elsewhere";
  } catch {
    return "away";
  }
}
