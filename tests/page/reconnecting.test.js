import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, slowBackoffMs } from "../../static/js/net/backoff.js";
import { colorChange, makeConnectedPage, makePage, modelColor } from "./page.js";

const MINUTE_MS = 60_000;

test("waits lie between half a second and thirty seconds, and their ceiling doubles", () => {
  const longest = [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoffMs(attempt, () => 1));
  assert.deepEqual(longest, [1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  for (const attempt of [0, 3, 50])
    assert.equal(
      backoffMs(attempt, () => 0),
      500,
    );
});

test("a page that the server cut off comes back with its revision", () => {
  const page = makeConnectedPage({ revision: 7 });
  page.network.latest.serverCloses(1012);
  assert.deepEqual(page.state, {
    name: "reconnecting",
    retryAtMs: page.clock.now() + 500,
    closeCode: 1012,
  });
  page.clock.advance(500);
  assert.equal(page.network.sockets.length, 2);
  page.network.latest.serverOpens();
  assert.deepEqual(page.network.latest.sent, [
    {
      type: "registerSession",
      sessionId: "the-edit-key",
      browserId: "the-tab",
      revision: 7,
    },
  ]);
});

test("a page comes back when the server that restarts asked it to, once", () => {
  const page = makeConnectedPage({ revision: 7 });
  page.network.latest.serverSends({
    type: "error",
    code: "restarting",
    message: "The server restarts.",
    retryAfterSeconds: 3.5,
  });
  page.network.latest.serverCloses(1012);
  assert.equal(page.state.name, "reconnecting");
  page.clock.advance(3_499);
  assert.equal(page.network.sockets.length, 1);
  page.clock.advance(1);
  assert.equal(page.network.sockets.length, 2);
  page.network.latest.serverCloses(1006);
  page.clock.advance(2_000);
  assert.equal(page.network.sockets.length, 3);
});

test("a page that the server cannot serve for a while comes back when told, without a notice", async () => {
  for (const code of ["busy", "unavailable", "come_back"]) {
    const page = makeConnectedPage({ revision: 7 });
    page.network.latest.serverSends({
      type: "error",
      code,
      message: "Later.",
      retryAfterSeconds: 4,
    });
    page.network.latest.serverCloses(1013);
    assert.deepEqual(page.heard("refused"), []);
    for (const sockets of [1, 2, 3, 4]) {
      page.clock.advance(3_999);
      assert.equal(page.network.sockets.length, sockets);
      page.clock.advance(1);
      page.network.latest.serverOpens();
      page.network.latest.serverSends({ type: "error", code, message: "", retryAfterSeconds: 4 });
      page.network.latest.serverCloses(1013);
    }
    await new Promise(setImmediate); // where it looked for trouble, that has been found
    assert.deepEqual(page.heard("refused"), []);
    assert.deepEqual(page.heard("troubleChanged"), []);
  }
});

test("what was missed arrives as patches and is answered once", () => {
  const page = makeConnectedPage();
  page.network.latest.serverCloses(1006);
  page.clock.advance(500);
  page.network.latest.serverOpens();
  page.network.latest.serverSends({
    type: "sessionRegistered",
    revision: 2,
    patches: [colorChange(1, "#111111"), colorChange(2, "#008688")],
  });
  assert.equal(modelColor(page.document), "#008688");
  assert.equal(page.state.name, "connected");
  assert.deepEqual(page.network.latest.sent.slice(1), [
    { type: "sceneApplied", revision: 2, visible: true },
  ]);
});

test("a page never gives up, however long the server is away", () => {
  const page = makePage({ random: 0.999 });
  for (let failures = 1; failures <= 200; failures++) {
    const before = page.network.sockets.length;
    page.network.latest.serverCloses(1006);
    page.clock.advance(30_000);
    assert.ok(page.network.sockets.length > before, `no attempt after failure ${failures}`);
  }
});

for (const code of [4400, 4401, 4403, 4404, 4409, 4410, 4411, 4412]) {
  test(`a page closed with ${code} stays away, also when it is looked at`, () => {
    const page = makeConnectedPage();
    page.network.latest.serverCloses(code);
    page.connection.wake();
    page.connection.visibilityChanged();
    page.clock.advance(60 * MINUTE_MS);
    assert.equal(page.network.sockets.length, 1);
    assert.deepEqual(page.state, { name: "refused", closeCode: code });
  });
}

for (const code of [1000, 1006, 1009, 1011, 1012, 4408, 4413, 4999]) {
  test(`a page closed with ${code} comes back`, () => {
    const page = makeConnectedPage();
    page.network.latest.serverCloses(code);
    page.clock.advance(1000);
    assert.equal(page.network.sockets.length, 2);
  });
}

test("one connection too many waits at least half a minute, also when it is looked at", () => {
  const page = makePage();
  page.network.latest.serverCloses(4429);
  page.connection.wake();
  page.clock.advance(29_999);
  assert.equal(page.network.sockets.length, 1);
  page.clock.advance(1);
  assert.equal(page.network.sockets.length, 2);
  assert.equal(
    slowBackoffMs(() => 1),
    120_000,
  );
});

test("being online again cuts a wait short", () => {
  const page = makePage({ random: 0.999 });
  page.network.latest.serverCloses(1006);
  page.connection.wake();
  assert.equal(page.network.sockets.length, 2);
  assert.equal(page.state.retryAtMs, null);
  page.clock.advance(14_000);
  assert.equal(page.network.sockets.length, 2, "the wait that was cut short must not fire");
});

test("a connection that held for a while starts the waits anew", () => {
  const page = makeConnectedPage({ random: 0.999 });
  page.network.latest.serverCloses(1006);
  page.clock.advance(1000);
  page.network.latest.serverOpens();
  page.network.latest.serverSends({ type: "sessionRegistered", revision: 0, patches: [] });
  page.network.latest.serverCloses(1006);
  assert.ok(page.state.retryAtMs - page.clock.now() > 1000, "a short connection is no success");
  page.clock.advance(2000);
  page.network.latest.serverOpens();
  page.network.latest.serverSends({ type: "sessionRegistered", revision: 0, patches: [] });
  page.clock.advance(10_000);
  page.network.latest.serverCloses(1006);
  assert.ok(page.state.retryAtMs - page.clock.now() <= 1000);
});

test("a server that neither accepts nor refuses is left after fifteen seconds", () => {
  const page = makePage();
  page.network.latest.serverOpens();
  page.clock.advance(15_000);
  assert.equal(page.state.name, "reconnecting");
});

test("a connection gone silent is replaced, and its late close changes nothing", () => {
  const page = makeConnectedPage();
  const silent = page.network.latest;
  page.clock.advance(59_999);
  assert.equal(page.state.name, "connected");
  page.clock.advance(1 + 500);
  assert.equal(page.network.sockets.length, 2);
  page.network.latest.serverOpens();
  page.network.latest.serverSends({ type: "sessionRegistered", revision: 0, patches: [] });
  silent.serverCloses(4404);
  silent.serverSends({ type: "scenePatch", ...colorChange(1, "#123456") });
  assert.equal(page.state.name, "connected");
  assert.equal(page.scene.revision, 0);
});

test("after a machine has slept, the first edit goes out over a new connection", () => {
  const page = makeConnectedPage();
  page.clock.sleep(3_600_000);
  page.connection.send(/** @type {any} */ ({ type: "sceneEdit" }));
  assert.deepEqual(page.network.latest.sent, []);
  assert.equal(page.state.name, "reconnecting");
  page.clock.advance(500);
  assert.equal(page.network.sockets.length, 2);
});

test("a connection gone silent is replaced though the clock was set back meanwhile", () => {
  const page = makeConnectedPage();
  page.clock.advance(30_000);
  page.clock.setBack(3_600_000);
  page.clock.advance(30_000 + 60_000);
  assert.equal(page.state.name, "reconnecting");
});

test("heartbeats keep a quiet connection", () => {
  const page = makeConnectedPage();
  for (let i = 0; i < 20; i++) {
    page.clock.advance(25_000);
    page.network.latest.serverSends({ type: "heartbeat", revision: 0 });
  }
  assert.equal(page.network.sockets.length, 1);
});
