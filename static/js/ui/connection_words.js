/** What the page says to the person about its connection. */

import { CLOSE, TRY_LATER } from "../net/close_codes.js";

/**
 * @import { Trouble } from "../net/trouble.js"
 *
 * @typedef {"start" | "reload" | "signIn" | "home"} WayOn what helps: a dead link is not worth a reload
 * @typedef {{ status: string, title: string, advice: string, wayOn: WayOn }} RefusalWords
 *
 * @typedef {object} TroubleWords
 * @property {string} title
 * @property {string} advice for the person who looks at the page
 * @property {string} operator for whoever runs the server
 */

const NEW_SCENE = "Start a new scene, or ask your AI client for its link.";

/** @type {ReadonlyMap<number, RefusalWords>} */
const REFUSALS = new Map([
  [
    CLOSE.badMessage,
    {
      status: "Not understood",
      title: "The server did not understand this page",
      advice: "The page may be older than the server. Reload it to get the current one.",
      wayOn: "reload",
    },
  ],
  [
    CLOSE.notSignedIn,
    {
      status: "Not signed in",
      title: "You are not signed in",
      advice: "Your sign-in has ended, or was for another scene. Sign in to go on here.",
      wayOn: "signIn",
    },
  ],
  [
    CLOSE.notAllowed,
    {
      status: "Not allowed",
      title: "You may not open this scene",
      advice: "Ask its owner to let you in, or start a scene of your own.",
      wayOn: "start",
    },
  ],
  [
    CLOSE.noSuchScene,
    {
      status: "No such scene",
      title: "There is no such scene",
      advice: `The link may be incomplete, or its key was replaced. ${NEW_SCENE}`,
      wayOn: "start",
    },
  ],
  [
    CLOSE.replaced,
    {
      status: "Open elsewhere",
      title: "This page is open a second time",
      advice: "The newer one has taken its place. Go on there, or reload this page to go on here.",
      wayOn: "reload",
    },
  ],
  [
    CLOSE.tooMany,
    {
      status: "Too many pages",
      title: "This page has to wait",
      advice:
        "Close it in a tab or on a device where nobody needs it. This page tries again by itself.",
      wayOn: "reload",
    },
  ],
  [
    CLOSE.sceneClosed,
    {
      status: "Scene closed",
      title: "This scene was closed",
      advice: "It can no longer be changed, and does not come back. Start a new scene here.",
      wayOn: "start",
    },
  ],
  [
    CLOSE.sentAway,
    {
      status: "Disconnected",
      title: "The staff of this server ended this connection",
      advice: "The scene is still there. Reload this page to come back.",
      wayOn: "reload",
    },
  ],
  [
    CLOSE.codeExpired,
    {
      status: "Code expired",
      title: "The code has expired",
      advice: "Nobody used it in time. Reload this page to get a new one.",
      wayOn: "reload",
    },
  ],
  [
    CLOSE.linkReplaced,
    {
      status: "Link replaced",
      title: "This link was replaced by a new one",
      advice: "The scene is still there. Ask its owner, or your AI client, for the new link.",
      wayOn: "start",
    },
  ],
]);

/** Where the page came by a link for others. @type {ReadonlyMap<number, RefusalWords>} */
const REFUSALS_OF_SHARES = new Map([
  [
    CLOSE.noSuchScene,
    {
      status: "No such link",
      title: "This link opens no scene",
      advice:
        "It was revoked, has expired, or is incomplete. Ask whoever gave it to you for a new one.",
      wayOn: "home",
    },
  ],
  [
    CLOSE.sceneClosed,
    {
      status: "Scene closed",
      title: "This scene was closed",
      advice: "It does not come back.",
      wayOn: "home",
    },
  ],
]);

/** @type {RefusalWords} */
const OTHER_REFUSAL = {
  status: "Disconnected",
  title: "The server ended this connection",
  advice: "Reload the page to try again.",
  wayOn: "reload",
};

/**
 * @param {number} closeCode
 * @param {{ byShare?: boolean }} [how] whether the page came by a link for others
 * @returns {RefusalWords}
 */
export function refusalWords(closeCode, { byShare = false } = {}) {
  const ofShare = byShare ? REFUSALS_OF_SHARES.get(closeCode) : undefined;
  return ofShare ?? REFUSALS.get(closeCode) ?? OTHER_REFUSAL;
}

/**
 * @param {number} closeCode why the last connection ended
 * @param {boolean} waits whether changes of this page wait to be stored
 * @returns {string}
 */
export function reconnectingWords(closeCode, waits) {
  if (closeCode === CLOSE.tooMany) return refusalWords(closeCode).status;
  if (waits) return "Reconnecting, your changes wait…";
  return closeCode === TRY_LATER ? "Waiting for the server…" : "Reconnecting…";
}

const BLOCKERS =
  "A proxy, a firewall, a VPN or a browser extension may be in the way. Try a private window, " +
  "another browser or another network.";

/** @type {Record<Trouble, TroubleWords>} */
const TROUBLES = {
  offline: {
    title: "You are offline",
    advice: "This device has no network.",
    operator: "Nothing is known of the server: the browser says that its device is offline.",
  },
  away: {
    title: "The server does not answer",
    advice: "It may be restarting, or the network is down. The scene is kept.",
    operator: "Check that the server is running and that the proxy in front of it reaches it.",
  },
  elsewhere: {
    title: "Something else answers in place of the server",
    advice:
      "It may be the sign-in page of your network, a filter or a proxy. Reload this page; if that " +
      "does not help, try another network.",
    operator: "The proxy has to send /ws/ to the server, as it sends the page.",
  },
  refused: {
    title: "The server takes no connection from this address",
    advice: "Ask whoever runs it for the address at which to open this page.",
    operator: "Set PUBLIC_ORIGIN to the address of this page, or add it to ALLOWED_ORIGINS:",
  },
  blocked: {
    title: "Changes cannot reach this page",
    advice: `The server answers, but no WebSocket to it opens. ${BLOCKERS}`,
    operator:
      "The proxy has to pass the headers Upgrade and Connection on, over HTTP/1.1, for /ws/: " +
      "deploy/nginx.conf does.",
  },
  mute: {
    title: "Changes cannot reach this page",
    advice: `A WebSocket to the server opens, but nothing comes through it. ${BLOCKERS}`,
    operator: "The proxy has to pass each WebSocket message on at once. If it does, see the log.",
  },
  cut: {
    title: "The connection breaks again and again",
    advice: `Something ends it after a short while, so changes come late. ${BLOCKERS}`,
    operator:
      "The proxy has to keep an idle WebSocket for at least 60 s (nginx: proxy_read_timeout).",
  },
  failing: {
    title: "The server ends each connection with an error",
    advice: "The scene is kept. Tell whoever runs the server.",
    operator: "The server’s log says what failed.",
  },
};

/**
 * @param {Trouble} trouble
 * @param {string} origin the page's own
 * @returns {TroubleWords}
 */
export function troubleWords(trouble, origin) {
  const { title, advice, operator } = TROUBLES[trouble];
  return { title, advice, operator: trouble === "refused" ? `${operator} ${origin}` : operator };
}
