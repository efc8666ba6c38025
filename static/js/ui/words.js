/** What the page says to the person about its connection. */

import { CLOSE } from "../net/close_codes.js";

/**
 * @typedef {"start" | "reload" | "signIn"} WayOn what helps: a dead link is not worth a reload
 * @typedef {{ status: string, title: string, advice: string, wayOn: WayOn }} RefusalWords
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
    CLOSE.linkReplaced,
    {
      status: "Link replaced",
      title: "This link was replaced by a new one",
      advice: "The scene is still there. Ask its owner, or your AI client, for the new link.",
      wayOn: "start",
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
 * @returns {RefusalWords}
 */
export function refusalWords(closeCode) {
  return REFUSALS.get(closeCode) ?? OTHER_REFUSAL;
}

/**
 * @param {number} closeCode why the last connection ended
 * @returns {string}
 */
export function reconnectingWords(closeCode) {
  return closeCode === CLOSE.tooMany ? refusalWords(closeCode).status : "Reconnecting…";
}

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

export const NO_WEBGL =
  "This browser has no WebGL 2 and cannot draw the scene. Turn on hardware acceleration in " +
  "its settings, or open the link in another browser.";

export const GONE = "The scene stays as it is. Your AI client goes on here as soon as it is back.";
