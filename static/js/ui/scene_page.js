/** The page that shows a scene: its parts, and who tells whom. */

import { RevisionWaits } from "../document/revision_waits.js";
import { SceneState } from "../document/state.js";
import { Feed } from "../edit/feed/feed.js";
import { Hands } from "../edit/hands/hands.js";
import { Selection } from "../edit/selection.js";
import { HISTORY } from "../edit/undo_line.js";
import { membersOf } from "../scene/objects/materials.js";
import { formsOf } from "../scene/objects/prop_maker.js";
import { rendersInSoftware } from "../scene/software_rendering.js";
import { Stage } from "../scene/stage.js";
import { answersTo } from "./browser_requests.js";
import { showChartTables } from "./chart_tables.js";
import { ConnectionStatus } from "./connection_status.js";
import { connectCopyButtons } from "./copy_buttons.js";
import { elementById } from "./elements.js";
import { Exports } from "./exports.js";
import { Looking } from "./looking.js";
import { Models } from "./models.js";
import { MoreMenu } from "./more_menu.js";
import { Notices } from "./notices.js";
import { OthersSelections } from "./others_selections.js";
import { PanelButtons } from "./panels.js";
import { People } from "./people.js";
import { PEOPLE } from "./people_words.js";
import { showPlaceholder } from "./placeholder.js";
import { Rights } from "./rights.js";
import { Sayings } from "./sayings.js";
import { among, listener, recorded } from "./scene_listeners.js";
import { SceneMemory } from "./scene_memory.js";
import { SceneName } from "./scene_name.js";
import { ScreenCode } from "./screen_code.js";
import { Screenshots } from "./screenshots.js";
import { SharePanel } from "./share_panel.js";
import { UndoButtons } from "./undo_buttons.js";
import { connectViewControls, showWhetherMoved } from "./view_controls.js";
import { HANDLES_FAILED, MAY_NOT_EDIT, NO_WEBGL, NOT_LOADED, PANELS_FAILED } from "./words.js";

/**
 * @import { SceneDocument } from "../document/schema.js"
 * @import { Outbox } from "../edit/outbox.js"
 * @import { WayIn } from "../net/messages.js"
 * @import { Clock } from "../net/reconnecting_socket.js"
 * @import { ConnectionOptions, SceneConnection } from "../net/scene_connection.js"
 * @import { ServerClock } from "../net/server_clock.js"
 * @import { ShareRequests } from "../net/share_requests.js"
 * @import { WebglState } from "../scene/stage.js"
 * @import { PageListener } from "./scene_listeners.js"
 */

/**
 * @param {WayIn} wayIn
 * @param {Clock} clock
 * @param {ServerClock} serverClock
 * @param {Pick<Outbox, "send" | "hasSent"> & Pick<SceneConnection, "show">} outbox
 * @param {Pick<ShareRequests, "ask"> & Pick<SceneConnection, "requestCode">} others what opens the
 *   scene for others
 * @returns {Pick<ConnectionOptions, "scene" | "answerRequest"> & {
 *   listener: PageListener,
 *   editRefused: (refusal: { message: string }) => void,
 *   editsWait: (wait: boolean) => void,
 * }} what the connection and the edits need of the page
 */
export function openScenePage(wayIn, clock, serverClock, outbox, others) {
  const rights = new Rights(document.body);
  const mayEdit = () => rights.mayEdit;
  const send = sendingOf(outbox, rights);
  const now = () => serverClock.seconds;
  const feed = new Feed();
  const id = "sessionId" in wayIn ? wayIn.sessionId : null;
  const memory = new SceneMemory(id, elementById("stage", HTMLCanvasElement));
  const stage = openStage(serverClock, memory);
  const revisions = new RevisionWaits(clock);
  const incomplete = elementById("page-incomplete", HTMLElement);
  connectCopyButtons();
  const notices = new Notices();
  const status = new ConnectionStatus({ byShare: id === null });
  const selection = new Selection();
  const hands = new Hands({
    canvas: elementById("stage", HTMLCanvasElement),
    bar: elementById("edit-bar", HTMLElement),
    stage,
    selection,
    send,
    sendPreview: outbox.show,
    clock,
    mayEdit,
    failed: () => notices.failed(...HANDLES_FAILED),
  });
  const failed = (/** @type {string} */ title, /** @type {string} */ text) =>
    notices.failed(title, text);
  new MoreMenu({ stage, selection, failed });
  new Models({ wayIn, send, mayEdit, failed });
  if (id !== null) new SharePanel(others.ask, now);
  const screenCode = id === null ? null : new ScreenCode(others.requestCode);
  const undo = new UndoButtons(send, () => hands.sendNudge(), mayEdit);
  const editRefused = (/** @type {{ message: string }} */ refusal) => notices.editRefused(refusal);
  const name = new SceneName(send, mayEdit);
  const shared = { selection, send, mayEdit, refused: editRefused, feed, now };
  const panels = openPanels(hands, notices, shared);
  const parts = [panels, name, memory, { show: showPlaceholder }, { show: showChartTables }];
  const state = shownState(hands, parts, stage, revisions, incomplete);
  const scene = sceneTarget(state, stage, incomplete);
  const answerRequest = answersTo(
    new Screenshots(stage, revisions),
    new Exports(stage, revisions, fetch.bind(window)),
  );
  const sayings = new Sayings(send, selection);
  const gone = (/** @type {string} */ name) => notices.cameOrWent(PEOPLE.gone(name), PEOPLE.alone);
  const looking = new Looking(stage.view, outbox.show, clock, gone);
  const selections = new OthersSelections(stage, selection, outbox.show);
  const people = new People(outbox.show, looking);
  const heard = {
    ...listener({ state, rights, notices, undo, memory, sayings, screenCode, status }),
    previewed: hands.previewed.bind(hands),
  };
  return {
    scene,
    answerRequest,
    listener: recorded(among({ people, looking, selections }, heard), feed, outbox, now),
    editRefused,
    editsWait: (wait) => status.showWaiting(wait),
  };
}

/**
 * @param {Hands} hands
 * @param {Notices} notices
 * @param {Omit<ConstructorParameters<typeof PanelButtons>[0], "membersOf" | "formsOf" | "moveTo">} options
 */
function openPanels(hands, notices, options) {
  const moveTo = (/** @type {string} */ action, /** @type {number} */ to) => {
    hands.sendNudge();
    void options.send(HISTORY, { action, to });
  };
  const failed = () => notices.failed(...PANELS_FAILED);
  return new PanelButtons({ ...options, membersOf, formsOf, moveTo }, failed);
}

/**
 * @param {Pick<Outbox, "send">} outbox
 * @param {Rights} rights
 * @returns {Outbox["send"]} which sends nothing that the server would refuse for the page's role
 */
function sendingOf(outbox, rights) {
  return (name, args) =>
    rights.mayEdit
      ? outbox.send(name, args)
      : Promise.resolve({ confirmed: false, refusal: MAY_NOT_EDIT });
}

/**
 * @param {Hands} hands
 * @param {readonly { show: (document: SceneDocument, revision: number) => void }[]} parts which show
 *   something of the scene beside its picture
 * @param {Stage} stage
 * @param {RevisionWaits} revisions
 * @param {HTMLElement} incomplete shown where a part of the page is missing
 */
function shownState(hands, parts, stage, revisions, incomplete) {
  return new SceneState(async (document_, revision) => {
    const overrides = hands.show(document_, revision);
    for (const part of parts) part.show(document_, revision);
    try {
      await stage.show(document_, revision, overrides);
      revisions.applied(revision);
      incomplete.hidden = true;
    } catch (error) {
      console.error(error);
      incomplete.hidden = false;
    }
  });
}

/**
 * @param {SceneState} state
 * @param {Stage} stage
 * @param {HTMLElement} incomplete shown where a part of the page is missing
 */
function sceneTarget(state, stage, incomplete) {
  return {
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
}

/**
 * @param {ServerClock} serverClock
 * @param {SceneMemory} memory
 */
function openStage(serverClock, memory) {
  const canvas = elementById("stage", HTMLCanvasElement);
  const quality = new URLSearchParams(location.search).get("quality");
  const lowQuality = quality === "low" || (quality !== "high" && rendersInSoftware());
  const stage = new Stage(canvas, {
    lowQuality,
    smooth: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    serverSeconds: () => serverClock.seconds,
    drawn: (revision) => {
      document.documentElement.dataset.revision = String(revision);
      showWhetherMoved(stage.view);
      memory.drawn(revision);
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
