import assert from "node:assert/strict";
import { test } from "node:test";
import { colorChange, makeConnectedPage, makePage, modelColor, startDocument } from "./page.js";

const REGISTER = { type: "registerSession", sessionId: "the-edit-key", browserId: "the-tab" };

test("a new page registers first, without a revision, and answers the scene it gets", () => {
  const page = makePage();
  page.network.latest.serverOpens();
  page.network.latest.serverSends({
    type: "sessionRegistered",
    revision: 3,
    scene: startDocument(),
  });
  assert.deepEqual(page.network.latest.sent, [
    REGISTER,
    { type: "sceneApplied", revision: 3, visible: true },
  ]);
  assert.deepEqual(page.document, startDocument());
  assert.equal(page.state.name, "connected");
});

test("each patch is applied, answered and told", () => {
  const page = makeConnectedPage();
  page.view.visible = false;
  const change = colorChange(1, "#008688");
  page.network.latest.serverSends({ type: "scenePatch", ...change });
  assert.equal(modelColor(page.document), "#008688");
  assert.deepEqual(page.network.latest.sent, [
    { type: "sceneApplied", revision: 1, visible: false },
  ]);
  assert.deepEqual(page.heard("changed")[0][0].cause, change.cause);
});

test("a patch that came before is ignored without an answer", () => {
  const page = makeConnectedPage({ revision: 5 });
  page.network.latest.serverSends({ type: "scenePatch", ...colorChange(5, "#008688") });
  assert.equal(modelColor(page.document), "#ffffff");
  assert.deepEqual(page.network.latest.sent, []);
  assert.deepEqual(page.heard("changed"), []);
});

test("a gap makes the page register again, once, from where it is", () => {
  const page = makeConnectedPage({ revision: 5 });
  page.network.latest.serverSends({ type: "scenePatch", ...colorChange(7, "#777777") });
  page.network.latest.serverSends({ type: "scenePatch", ...colorChange(8, "#888888") });
  assert.deepEqual(page.network.latest.sent, [{ ...REGISTER, revision: 5 }]);
  assert.equal(page.scene.revision, 5);
  page.network.latest.serverSends({
    type: "sessionRegistered",
    revision: 8,
    patches: [colorChange(6, "#666666"), colorChange(7, "#777777"), colorChange(8, "#888888")],
  });
  assert.equal(modelColor(page.document), "#888888");
  assert.deepEqual(page.network.latest.sent.slice(1), [
    { type: "sceneApplied", revision: 8, visible: true },
  ]);
});

test("a registration that was lost on the way is sent again after fifteen seconds", () => {
  const page = makeConnectedPage({ revision: 5 });
  page.network.latest.serverSends({ type: "scenePatch", ...colorChange(7, "#777777") });
  page.clock.advance(14_999);
  page.network.latest.serverSends({ type: "heartbeat", revision: 7 });
  page.clock.advance(1);
  page.network.latest.serverSends({ type: "heartbeat", revision: 7 });
  assert.deepEqual(
    page.network.latest.sent.filter(({ type }) => type === "registerSession"),
    [1, 2].map(() => ({ ...REGISTER, revision: 5 })),
  );
});

test("a copy of a registration that comes late does not turn back time", () => {
  const page = makeConnectedPage();
  page.network.latest.serverSends({ type: "scenePatch", ...colorChange(1, "#008688") });
  page.network.latest.sent.length = 0;
  const registered = { type: "sessionRegistered", revision: 0, scene: startDocument() };
  page.network.latest.serverSends(registered);
  assert.equal(page.scene.revision, 1);
  assert.equal(modelColor(page.document), "#008688");
  assert.deepEqual(page.network.latest.sent, []);
  page.network.latest.serverSends({ ...registered, revision: 9 }); // to a page that is far behind
  assert.equal(page.scene.revision, 9);
});

test("a question that comes twice is answered once", async () => {
  const page = makeConnectedPage();
  const question = { type: "browserRequest", requestId: "q", method: "fine", params: {} };
  page.network.latest.serverSends(question);
  page.network.latest.serverSends(question);
  await new Promise(setImmediate);
  assert.equal(page.network.latest.sent.length, 1);
});

test("a heartbeat is answered, and a lost last patch is asked for", () => {
  const page = makeConnectedPage({ revision: 5 });
  page.network.latest.serverSends({ type: "heartbeat", revision: 5 });
  page.network.latest.serverSends({ type: "heartbeat", revision: 6 });
  assert.deepEqual(page.network.latest.sent, [
    { type: "heartbeat", revision: 5 },
    { type: "heartbeat", revision: 5 },
    { ...REGISTER, revision: 5 },
  ]);
});

test("a patch that does not fit is told to the server, and the whole scene asked for", () => {
  const page = makeConnectedPage();
  const patch = [{ op: "replace", path: "/objects/o1/colour", value: "#008688" }];
  page.network.latest.serverSends({ type: "scenePatch", revision: 1, patch, cause: null });
  const [failed, again] = page.network.latest.sent;
  assert.equal(failed.type, "sceneFailed");
  assert.equal(failed.revision, 1);
  assert.match(failed.message, /\/objects\/o1\/colour/);
  assert.deepEqual(again, REGISTER);
  assert.equal(page.scene.revision, 0);
  assert.deepEqual(page.document, startDocument());
});

test("a scene of another version is refused in words, without asking for it again and again", () => {
  const page = makePage();
  page.network.latest.serverOpens();
  const scene = { ...startDocument(), version: 3 };
  page.network.latest.serverSends({ type: "sessionRegistered", revision: 1, scene });
  const [, failed, ...rest] = page.network.latest.sent;
  assert.equal(failed.type, "sceneFailed");
  assert.match(failed.message, /scene\.version is 3/);
  assert.deepEqual(rest, []);
  assert.equal(page.heard("sceneFailed").length, 1);
});

test("a page that cannot draw keeps the scene and never claims to show it", () => {
  const page = makeConnectedPage({ drawingProblem: "No WebGL." });
  page.network.latest.serverSends({ type: "scenePatch", ...colorChange(1, "#008688") });
  assert.equal(modelColor(page.document), "#008688");
  assert.deepEqual(page.network.latest.sent, [
    { type: "sceneFailed", revision: 1, message: "No WebGL." },
  ]);
});

test("hiding and showing the tab corrects what the server was told", () => {
  const page = makeConnectedPage({ revision: 4 });
  page.view.visible = false;
  page.connection.visibilityChanged();
  page.view.visible = true;
  page.connection.visibilityChanged();
  assert.deepEqual(page.network.latest.sent, [
    { type: "sceneApplied", revision: 4, visible: false },
    { type: "sceneApplied", revision: 4, visible: true },
  ]);
});

test("a tab shown before it is registered says nothing", () => {
  const page = makePage();
  page.network.latest.serverOpens();
  page.connection.visibilityChanged();
  assert.deepEqual(page.network.latest.sent, [REGISTER]);
});

test("a question is answered under its own id, also one that is unknown", async () => {
  const page = makeConnectedPage();
  page.network.latest.serverSends({ type: "browserRequest", requestId: "r1", method: "fine" });
  page.network.latest.serverSends({
    type: "browserRequest",
    requestId: "r2",
    method: "constructor",
  });
  await new Promise(setImmediate);
  assert.deepEqual(page.network.latest.sent, [
    { type: "browserResponse", requestId: "r1", result: 1 },
    {
      type: "browserResponse",
      requestId: "r2",
      error: { code: "unknown_method", message: "No constructor." },
    },
  ]);
});

test("a question that is withdrawn is forgotten, and the others are answered", async () => {
  const page = makeConnectedPage();
  const { latest } = page.network;
  for (const requestId of ["r1", "r2"]) {
    latest.serverSends({ type: "browserRequest", requestId, method: "wait" });
  }
  latest.serverSends({ type: "browserRequestWithdrawn", requestId: "r1" });
  latest.serverSends({ type: "browserRequestWithdrawn", requestId: "never asked" });
  page.clock.advance(1000);
  await new Promise(setImmediate);
  latest.serverSends({ type: "browserRequestWithdrawn", requestId: "r2" });
  assert.deepEqual(latest.sent, [{ type: "browserResponse", requestId: "r2", result: 1 }]);
});

test("what was asked over a lost connection is not answered over the next", async () => {
  const page = makeConnectedPage();
  page.network.latest.serverSends({ type: "browserRequest", requestId: "r1", method: "wait" });
  page.network.latest.serverCloses(1012);
  page.clock.advance(1000);
  page.network.latest.serverOpens();
  await new Promise(setImmediate);
  assert.equal(page.network.sockets.length, 2);
  assert.deepEqual(page.network.latest.sent, [{ ...REGISTER, revision: 0 }]);
});

test("messages of a newer server, and those named like parts of an object, do no harm", () => {
  const page = makeConnectedPage();
  for (const type of ["fireworks", "constructor", "__proto__"]) {
    page.network.latest.serverSends({ type });
  }
  assert.equal(page.state.name, "connected");
  assert.deepEqual(page.network.latest.sent, []);
});

test("what is for the person is passed on", () => {
  const page = makeConnectedPage();
  const { latest } = page.network;
  latest.serverSends({ type: "toolCall", name: "t", title: "T", status: "error", summary: "No." });
  latest.serverSends({ type: "presence", browsers: 2, clients: 1 });
  latest.serverSends({ type: "notice", message: "Maintenance in five minutes", level: "warning" });
  latest.serverSends({ type: "error", code: "bad_message", message: "No." });
  assert.equal(page.heard("toolCalled")[0].status, "error");
  assert.equal(page.heard("presenceChanged")[0].browsers, 2);
  assert.equal(page.heard("noticed")[0].message, "Maintenance in five minutes");
  assert.equal(page.heard("refused")[0].code, "bad_message");
});

test("each of many changes at once is answered, and nothing is said twice", () => {
  const page = makeConnectedPage();
  const revisions = Array.from({ length: 300 }, (_, index) => index + 1);
  for (const revision of revisions) {
    page.network.latest.serverSends({ type: "scenePatch", ...colorChange(revision, "#008688") });
  }
  page.clock.advance(5000);
  assert.deepEqual(
    page.network.latest.sent,
    revisions.map((revision) => ({ type: "sceneApplied", revision, visible: true })),
  );
});

test("a failure is told in no more words than the server accepts", () => {
  const page = makeConnectedPage();
  const patch = [{ op: "replace", path: "/objects/o1/material/color", value: "x".repeat(2000) }];
  page.network.latest.serverSends({ type: "scenePatch", revision: 1, patch, cause: null });
  assert.equal(page.network.latest.sent[0].type, "sceneFailed");
  assert.equal(page.network.latest.sent[0].message.length, 500);
});

test("whether changes may arrive late is passed on", () => {
  const page = makeConnectedPage();
  page.network.latest.serverSends({ type: "delivery", late: true });
  page.network.latest.serverSends({ type: "delivery", late: false });
  assert.deepEqual(
    page.heard("deliveryChanged").map(({ late }) => late),
    [true, false],
  );
});
