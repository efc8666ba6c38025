/** The page that shows a scene: its parts, and who tells whom. */

import { RevisionWaits } from "../scene/revision_waits.js";
import { SceneState } from "../scene/scene_state.js";
import { Stage } from "../scene/stage.js";
import { answersTo } from "./browser_requests.js";
import { ConnectPanel } from "./connect_panel.js";
import { ConnectionStatus } from "./connection_status.js";
import { connectCopyButtons } from "./copy_buttons.js";
import { elementById } from "./elements.js";
import { Notices } from "./notices.js";
import { Screenshots } from "./screenshots.js";
import { connectViewControls, showWhetherMoved } from "./view_controls.js";
import { NO_WEBGL, NOT_LOADED } from "./words.js";

/**
 * @import { Clock } from "../net/reconnecting_socket.js"
 * @import { ConnectionOptions, Listener } from "../net/scene_connection.js"
 * @import { WebglState } from "../scene/stage.js"
 */

/**
 * @param {Clock} clock
 * @returns {Pick<ConnectionOptions, "scene" | "listener" | "answerRequest">} what the connection
 *   needs of the page
 */
export function openScenePage(clock) {
  const stage = openStage();
  const revisions = new RevisionWaits(clock);
  const incomplete = elementById("page-incomplete", HTMLElement);
  connectCopyButtons();
  const state = new SceneState(async (document_, revision) => {
    try {
      await stage.show(document_, revision);
      revisions.applied(revision);
      incomplete.hidden = true;
    } catch (error) {
      console.error(error);
      incomplete.hidden = false;
    }
  });
  const scene = {
    get revision() {
      return state.revision;
    },
    get drawingProblem() {
      if (stage.webgl === "missing") return NO_WEBGL;
      return incomplete.hidden ? null : NOT_LOADED;
    },
    load: state.load.bind(state),
    apply: state.apply.bind(state),
  };
  const answerRequest = answersTo(new Screenshots(stage, revisions));
  return { scene, answerRequest, listener: listener() };
}

function openStage() {
  const canvas = elementById("stage", HTMLCanvasElement);
  const stage = new Stage(canvas, {
    lowQuality: new URLSearchParams(location.search).get("quality") === "low",
    smooth: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    drawn: (revision) => {
      document.documentElement.dataset.revision = String(revision);
      showWhetherMoved(stage.view);
    },
    webglChanged: showWebgl,
  });
  connectViewControls(canvas, stage.view);
  return stage;
}

/** @param {WebglState} state */
function showWebgl(state) {
  document.body.dataset.webgl = state;
  elementById("picture-missing", HTMLElement).hidden = state !== "missing";
  elementById("picture-lost", HTMLElement).hidden = state !== "lost";
}

/** @returns {Listener} */
function listener() {
  const status = new ConnectionStatus();
  const notices = new Notices();
  const panel = new ConnectPanel();
  return {
    connectionChanged: (state) => {
      status.show(state);
      if (state.name === "refused") notices.clearPassing();
    },
    registered: ({ revision }) => panel.sceneArrived(revision),
    changed: (changes) => {
      notices.changed(changes);
      panel.clientCalled();
    },
    sceneFailed: (message) => notices.failed("The scene could not be shown", message),
    toolCalled: (call) => notices.toolCalled(call),
    presenceChanged: (presence) => {
      status.showPresence(presence);
      if (presence.clients > 0) panel.clientCalled();
    },
    noticed: (notice) => notices.noticed(notice),
    refused: ({ message }) => {
      status.showReason(message);
      notices.failed("The server says", message);
    },
  };
}
