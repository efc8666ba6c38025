/** What each WebSocket close code asks the page to do next. */

/** @typedef {"stop" | "slow" | "retry"} AfterClose */

/** The server cannot serve the page just now, and has said when to come back. */
export const TRY_LATER = 1013;

export const CLOSE = Object.freeze({
  badMessage: 4400,
  notSignedIn: 4401,
  notAllowed: 4403,
  noSuchScene: 4404,
  notRegistered: 4408,
  replaced: 4409,
  sceneClosed: 4410,
  sentAway: 4411,
  linkReplaced: 4412,
  codeExpired: 4414,
  tooMany: 4429,
});

/** @type {ReadonlyMap<number, AfterClose>} */
const AFTER_CLOSE = new Map([
  [CLOSE.badMessage, "stop"],
  [CLOSE.notSignedIn, "stop"],
  [CLOSE.notAllowed, "stop"],
  [CLOSE.noSuchScene, "stop"],
  [CLOSE.replaced, "stop"],
  [CLOSE.sceneClosed, "stop"],
  [CLOSE.sentAway, "stop"],
  [CLOSE.linkReplaced, "stop"],
  [CLOSE.codeExpired, "stop"],
  [CLOSE.tooMany, "slow"],
]);

/**
 * Whether and how to come back. Everything unlisted is worth another try: a page that was
 * suspended before it could register (4408) or read too slowly (4413) did nothing wrong.
 *
 * @param {number} code
 * @returns {AfterClose}
 */
export function afterClose(code) {
  return AFTER_CLOSE.get(code) ?? "retry";
}
