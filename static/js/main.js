/** Starts the page: reads what the server put into it and connects the parts. */

import { Outbox } from "./edit/outbox.js";
import { keepBrowserId, takeBrowserId } from "./net/browser_identity.js";
import { takeJoinCode, useJoinCode } from "./net/join_code.js";
import { reachOf } from "./net/reach.js";
import { SceneConnection } from "./net/scene_connection.js";
import { ServerClock } from "./net/server_clock.js";
import { ShareRequests } from "./net/share_requests.js";
import { elementById } from "./ui/elements.js";
import { personName } from "./ui/person_name.js";
import { openStartPage } from "./ui/start_page.js";

/**
 * @import { WayIn } from "./net/messages.js"
 *
 * @typedef {object} PageConfig
 * @property {string} socketPath
 * @property {string} joinPath
 * @property {string | null} sessionId
 * @property {string | null} share the token of a link for others, in place of the id
 * @property {string | null} csrfToken null without sign-in
 */

const openStorage = () => sessionStorage;
const clock = {
  now: () => Date.now(),
  setTimeout: (/** @type {() => void} */ callback, /** @type {number} */ delayMs) =>
    setTimeout(callback, delayMs),
  clearTimeout: (/** @type {any} */ timer) => clearTimeout(timer),
};

/** @type {PageConfig} */
const config = JSON.parse(elementById("page-config", HTMLElement).textContent ?? "");
const joinCode = takeJoinCode(location, history);
if (joinCode !== null && config.csrfToken !== null) {
  // Whether it was good, the connection will tell: whoever is signed in already needs none.
  await useJoinCode(joinCode, config.csrfToken, fetch.bind(window), config.joinPath);
}
if (config.share !== null) await openConnection(config.socketPath, { share: config.share });
else if (config.sessionId !== null) {
  await openConnection(config.socketPath, { sessionId: config.sessionId });
} else openStartPage(() => network(config.socketPath));

/**
 * What a connection needs of the browser; this tab's id is kept for the page that comes next.
 *
 * @param {string} socketPath
 */
function network(socketPath) {
  const browserId = takeBrowserId(openStorage, randomId);
  addEventListener("pagehide", () => keepBrowserId(openStorage, browserId));
  addEventListener("pageshow", (event) => {
    // Back from the browser's cache the page goes on, and its id belongs to it alone again.
    if (event.persisted) takeBrowserId(openStorage, randomId);
  });
  const url = new URL(socketPath, location.href.replace(/^http/, "ws")).href;
  return {
    url,
    browserId,
    WebSocket: globalThis.WebSocket, // missing where an extension of the browser takes it away
    reach: () => reachOf(url, fetch.bind(window)),
    clock,
    random: Math.random,
  };
}

/**
 * @param {string} socketPath
 * @param {WayIn} wayIn
 */
async function openConnection(socketPath, wayIn) {
  // Only here, so that the page without a scene does not load the 3D library.
  const { openScenePage } = await import("./ui/scene_page.js").catch((error) => {
    elementById("page-incomplete", HTMLElement).hidden = false;
    throw error;
  });
  const needs = network(socketPath);
  // Of the page's own clocks the one that nobody sets.
  const serverClock = new ServerClock(() => performance.timeOrigin + performance.now());
  const shares = new ShareRequests({
    send: (message) => connection.send(message),
    newId: randomId,
  });
  const { scene, answerRequest, listener, editRefused, editsWait } = openScenePage(
    wayIn,
    clock,
    serverClock,
    {
      send: (name, args) => outbox.send(name, args),
      hasSent: (editId) => outbox.hasSent(editId),
      show: (message) => connection.show(message),
    },
    {
      ask: (action, members) => shares.ask(action, members),
      requestCode: () => connection.requestCode(),
    },
  );
  const outbox = new Outbox({
    send: (message) => connection.send(message),
    revision: () => scene.revision,
    newId: randomId,
    refused: editRefused,
    waitChanged: editsWait,
    clock,
  });
  const connection = new SceneConnection({
    scene,
    answerRequest,
    listener: {
      ...listener,
      connectionChanged: (state) => {
        listener.connectionChanged(state);
        outbox.connectionChanged(state);
        shares.connectionChanged(state);
      },
      edited: (message) => outbox.edited(message),
      editRefused: (message) => outbox.editRefused(message),
      sharesAnswered: (message) => shares.answered(message),
      sharesRefused: (message) => shares.refused(message),
    },
    ...needs,
    wayIn,
    personName,
    serverClock,
    isVisible: () => document.visibilityState === "visible",
  });
  // After a machine has slept, timers may run late: each of these may be the first sign of it.
  for (const sign of ["online", "focus", "pageshow"]) {
    addEventListener(sign, () => connection.wake());
  }
  document.addEventListener("resume", () => connection.wake());
  elementById("trouble-retry", HTMLButtonElement).addEventListener("click", () =>
    connection.wake(),
  );
  document.addEventListener("visibilitychange", () => connection.visibilityChanged());
  connection.open();
}

/** `crypto.randomUUID` is missing on plain HTTP from another machine; random bytes are not. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
