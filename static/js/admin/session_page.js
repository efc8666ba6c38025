/** A scene session's page in the admin: its scene as it changes, and its tables as they now are. */

import { SceneState } from "../document/state.js";
import { ServerClock } from "../net/server_clock.js";
import { Stage } from "../scene/stage.js";
import { connectCopyButtons } from "../ui/copy_buttons.js";
import { elementById } from "../ui/elements.js";

const SCENE_EVERY_MS = 1000;
const PARTS_EVERY_MS = 3000;
const ANSWER_WITHIN_MS = 10_000;
const LONGEST_JSON = 64 * 1024;
const SCROLLING = ".scrolls, .timeline"; // a part has one at most

/**
 * @typedef {object} Live
 * @property {number} serverTime seconds since 1970
 * @property {unknown} [scene]
 * @property {number} [revision]
 * @property {{ revision: number, patch: unknown }[]} [patches]
 */

class SignedOutError extends Error {}

const page = elementById("session", HTMLElement);
const stateText = elementById("live-state", HTMLElement);
const serverClock = new ServerClock(() => performance.timeOrigin + performance.now());
const stage = new Stage(elementById("stage", HTMLCanvasElement), {
  lowQuality: true,
  smooth: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  serverSeconds: () => serverClock.seconds,
  drawn: (revision) => {
    page.dataset.drawnRevision = String(revision);
  },
  webglChanged: (state) => {
    page.dataset.webgl = state;
  },
});
const scene = new SceneState((document_, revision) => {
  stage.show(document_, revision).then(
    () => delete page.dataset.incomplete,
    () => {
      page.dataset.incomplete = "";
    },
  );
  elementById("live-revision", HTMLElement).textContent = String(revision);
  const text = JSON.stringify(document_, null, 2);
  elementById("scene-json", HTMLElement).textContent = text.slice(0, LONGEST_JSON);
});

connectCopyButtons();
repeat(followScene, SCENE_EVERY_MS);
repeat(refreshParts, PARTS_EVERY_MS);

async function followScene() {
  const known = scene.revision === null ? "" : `?revision=${scene.revision}`;
  const answer = await ask(`${page.dataset.live}${known}`);
  /** @type {Live} */
  const live = await answer.json();
  serverClock.heard(live.serverTime);
  if (live.scene !== undefined) scene.load(live.scene, live.revision ?? 0);
  for (const { revision, patch } of live.patches ?? []) scene.apply(patch, revision);
  if (page.dataset.webgl === "missing") tell("this browser has no WebGL 2 to draw it");
  else if ("incomplete" in page.dataset) tell("part of the page was not loaded: reload this page");
  else tell("live");
}

/** Replaces what has changed, but nothing that the person is using at this moment. */
async function refreshParts() {
  const answer = await ask(page.dataset.parts ?? "");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const section of fresh.querySelectorAll("[data-part]")) {
    const name = section.getAttribute("data-part");
    const shown = page.querySelector(`[data-part="${name}"]`);
    if (!shown || shown.contains(document.activeElement)) continue;
    if (shown.innerHTML === section.innerHTML) continue;
    const before = shown.querySelector(SCROLLING);
    const [left, top] = [before?.scrollLeft ?? 0, before?.scrollTop ?? 0];
    shown.replaceChildren(...section.childNodes);
    shown.querySelector(SCROLLING)?.scrollTo({ left, top, behavior: "instant" });
  }
}

/**
 * @param {string} url
 * @returns {Promise<Response>}
 * @throws {SignedOutError}
 */
async function ask(url) {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (answer.redirected || answer.status === 403) throw new SignedOutError();
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

/**
 * Does the work again and again while the tab is in sight, until the person is signed out.
 *
 * @param {() => Promise<void>} work
 * @param {number} everyMs
 */
async function repeat(work, everyMs) {
  for (;;) {
    if (document.visibilityState === "visible") {
      try {
        await work();
      } catch (error) {
        if (error instanceof SignedOutError) {
          tell("you are signed out: reload this page");
          return;
        }
        tell("the server does not answer; trying again");
      }
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** @param {string} words said once, not each second */
function tell(words) {
  if (stateText.textContent !== words) stateText.textContent = words;
}
