/** A page's connection on a fake network, with a real scene. */

import { readFileSync } from "node:fs";
import { RevisionWaits } from "../../static/js/document/revision_waits.js";
import { SceneState } from "../../static/js/document/state.js";
import { SceneConnection } from "../../static/js/net/scene_connection.js";
import { ServerClock } from "../../static/js/net/server_clock.js";
import { FakeClock, FakeNetwork } from "./fakes.js";

/** @import { Reach } from "../../static/js/net/reach.js" */

const FIXTURE = new URL("../fixtures/scene_v2.json", import.meta.url);
const NEVER = 2 ** 31;
const ADDRESS = {
  url: "ws://127.0.0.1/ws/scene/",
  wayIn: { sessionId: "the-edit-key" },
  browserId: "the-tab",
  personName: () => "",
};

/** @returns {any} the start document that the server's tests read too */
export function startDocument() {
  return JSON.parse(readFileSync(FIXTURE, "utf8"));
}

/** @param {any} document @returns {string} the color of the model */
export const modelColor = (document) => document.objects.o1.material.color;

/**
 * @param {number} revision
 * @param {string} color of the model
 */
export function colorChange(revision, color) {
  const cause = { callId: "c", tool: "change_model_color", title: "Model color", summary: color };
  const path = "/objects/o1/material/color";
  return { revision, patch: [{ op: "replace", path, value: color }], cause };
}

/** All that the connection says to a page. */
const HEARD = [
  "connectionChanged",
  "troubleChanged",
  "roleGiven",
  "registered",
  "changed",
  "sceneFailed",
  "toolCalled",
  "presenceChanged",
  "wordsChanged",
  "deliveryChanged",
  "noticed",
  "refused",
  "edited",
  "editRefused",
  "codeCame",
  "previewed",
  "othersSelected",
  "viewWanted",
  "othersViewed",
  "sharesAnswered",
  "sharesRefused",
];

/**
 * @param {object} [options]
 * @param {string | null} [options.drawingProblem]
 * @param {number} [options.random]
 * @param {Reach} [options.reach] what answers over HTTP
 * @param {Promise<Reach>} [options.asked] the same, when the test says so
 * @param {boolean} [options.canMakeSockets]
 * @param {ServerClock} [options.serverClock]
 */
export function makePage({
  drawingProblem = null,
  random = 0,
  reach = "here",
  asked = Promise.resolve(reach),
  canMakeSockets = true,
  serverClock = new ServerClock(() => 0),
} = {}) {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  const view = { visible: true };
  const revisions = new RevisionWaits(clock);
  /** @type {any[]} */
  const documents = [];
  /** @type {[string, any][]} */
  const heard = [];
  const state = new SceneState((document) => documents.push(document));
  const scene = {
    get revision() {
      return state.revision;
    },
    drawingProblem,
    load: state.load.bind(state),
    apply: state.apply.bind(state),
  };
  /** @type {(name: string) => (value: any) => void} */
  const hear = (name) => (value) => heard.push([name, value]);
  const connection = new SceneConnection({
    ...ADDRESS,
    WebSocket: canMakeSockets ? network.WebSocket : undefined,
    clock,
    serverClock,
    reach: () => asked,
    random: () => random,
    scene,
    isVisible: () => view.visible,
    answerRequest: async (method, _, signal) => {
      if (method === "wait") await revisions.reached(NEVER, 500, signal);
      return ["fine", "wait"].includes(method)
        ? { result: 1 }
        : { error: { code: "unknown_method", message: `No ${method}.` } };
    },
    listener: /** @type {any} */ (Object.fromEntries(HEARD.map((name) => [name, hear(name)]))),
  });
  connection.open();
  return {
    clock,
    connection,
    network,
    scene,
    view,
    get document() {
      return documents.at(-1);
    },
    /** @param {string} name */
    heard: (name) => heard.filter(([what]) => what === name).map(([, value]) => value),
    get state() {
      return heard.findLast(([what]) => what === "connectionChanged")?.[1];
    },
  };
}

/**
 * A page that has the start document at the given revision.
 *
 * @param {{ revision?: number } & Parameters<typeof makePage>[0]} [options]
 */
export function makeConnectedPage({ revision = 0, ...options } = {}) {
  const page = makePage(options);
  page.network.latest.serverOpens();
  page.network.latest.serverSends({ type: "sessionRegistered", revision, scene: startDocument() });
  page.network.latest.sent.length = 0;
  return page;
}
