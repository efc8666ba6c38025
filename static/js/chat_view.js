/** The scene inside a chat: shows what the chat's tool result is about, and follows it. */

import { Controls } from "./chat/controls.js";
import { Following, VIEW } from "./chat/following.js";
import { Host } from "./chat/host.js";
import { Surroundings } from "./chat/surroundings.js";
import {
  CANCELLED,
  ENDINGS,
  LOADING,
  NO_SCENE,
  NO_WEBGL,
  TROUBLED,
  WAITING,
} from "./chat/words.js";
import { SceneState } from "./document/state.js";
import { ServerClock } from "./net/server_clock.js";
import { rendersInSoftware } from "./scene/software_rendering.js";
import { Stage } from "./scene/stage.js";
import { elementById } from "./ui/elements.js";
import { sceneTitle } from "./ui/scene_title.js";

/** @import { ToolResult } from "./chat/host.js" */

const PASSING_MS = 6000;
const root = document.documentElement;
const canvas = elementById("stage", HTMLCanvasElement);
const note = elementById("note", HTMLElement);
const serverClock = new ServerClock(() => performance.timeOrigin + performance.now());

/** What holds until something else does; another note may cover it for a while. */
let standing = WAITING;
let passing = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);

/** @param {string} text */
function say(text) {
  standing = text;
  clearTimeout(passing);
  note.textContent = text;
}

/**
 * @param {string} text
 * @param {number} [ms]
 */
function sayForAWhile(text, ms = PASSING_MS) {
  clearTimeout(passing);
  note.textContent = text;
  passing = setTimeout(() => say(standing), ms);
}

const stage = new Stage(canvas, {
  lowQuality: rendersInSoftware(),
  smooth: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  serverSeconds: () => serverClock.seconds,
  drawn: (revision) => {
    if (root.dataset.revision === undefined) say("");
    root.dataset.revision = String(revision);
    controls.showWhetherMoved();
  },
  webglChanged: (state) => {
    if (state === "missing") say(NO_WEBGL);
  },
});
const scene = new SceneState((document_, revision) => {
  canvas.setAttribute("aria-label", `${sceneTitle(document_)}, in 3D`);
  stage.show(document_, revision).catch(console.error);
});
const host = new Host({
  ping: () => ({}),
  "ui/notifications/tool-result": shown,
  "ui/notifications/tool-cancelled": () => say(CANCELLED),
  "ui/notifications/host-context-changed": (context) => surroundings.update(context),
  "ui/resource-teardown": () => following.stop(),
});
const controls = new Controls(host, stage, sayForAWhile);
const surroundings = new Surroundings(host, (context) => controls.surroundingsChanged(context));
const following = new Following({
  ask: (args) => host.callTool("scene_changes", args),
  scene,
  timeHeard: (seconds) => serverClock.heard(seconds),
  troubled: (isTroubled) => {
    if (isTroubled) say(root.dataset.revision === undefined ? LOADING : TROUBLED);
    else if (standing === TROUBLED) say("");
  },
  ended: (why) => {
    controls.end();
    say(ENDINGS[why] ?? "");
    root.dataset.ended = why;
  },
  clock: { setTimeout: (run, ms) => setTimeout(run, ms) },
  random: Math.random,
});

/** @param {ToolResult} result */
function shown({ _meta, isError, content = [] }) {
  const view = _meta?.[VIEW];
  if (view === undefined) {
    const text = content.find(({ type }) => type === "text")?.text;
    if (root.dataset.revision === undefined) say((isError && text) || NO_SCENE);
    return;
  }
  if (stage.webgl !== "missing" && root.dataset.revision === undefined) say(LOADING);
  controls.showLink(view.url);
  if (stage.webgl !== "missing") following.follow(view.token);
}

/** In the chat a wheel scrolls on, until the person has turned to the view. */
canvas.parentElement?.addEventListener(
  "wheel",
  (event) => {
    const isMeant = surroundings.isFullScreen || document.activeElement === canvas || event.ctrlKey;
    if (!isMeant) event.stopPropagation();
  },
  { capture: true },
);
new IntersectionObserver((entries) => {
  following.see(entries.some(({ isIntersecting }) => isIntersecting));
}).observe(canvas);
say(stage.webgl === "missing" ? NO_WEBGL : WAITING);
surroundings.update(await host.open());
