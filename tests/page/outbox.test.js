import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../static/js/edit/outbox.js";
import { FakeClock } from "./fakes.js";
import { makeConnectedPage } from "./page.js";

const CONNECTED = { name: "connected" };
const LOST = { name: "reconnecting" };
const ENDED = { name: "refused" };

function makeOutbox({ revision = /** @type {number | null} */ (3) } = {}) {
  /** @type {any[]} */
  const sent = [];
  /** @type {any[]} */
  const refusals = [];
  /** @type {boolean[]} */
  const waits = [];
  const clock = new FakeClock();
  let made = 0;
  const outbox = new Outbox({
    send: (message) => sent.push(message),
    revision: () => revision,
    newId: () => `edit-${++made}`,
    refused: (refusal) => refusals.push(refusal),
    waitChanged: (wait) => waits.push(wait),
    clock,
  });
  return { outbox, sent, refusals, waits, clock };
}

/** @param {number} number */
function edit(number, color = "teal") {
  return {
    type: "sceneEdit",
    editId: `edit-${number}`,
    baseRevision: 3,
    name: "change_model_color",
    arguments: { color },
  };
}

test("an edit goes out at once, and is confirmed by the server's answer", async () => {
  const { outbox, sent, refusals } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  const outcome = outbox.send("change_model_color", { color: "teal" });
  assert.deepEqual(sent, [edit(1)]);
  outbox.edited({ editId: "edit-1", revision: 4 });
  assert.deepEqual(await outcome, { confirmed: true, revision: 4 });
  assert.deepEqual(refusals, []);
});

test("a refusal is the outcome, and is shown", async () => {
  const { outbox, refusals } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  const outcome = outbox.send("change_model_color", { color: "none" });
  const refusal = { code: "rate_limited", message: "Too many.", retryAfterSeconds: 3 };
  outbox.editRefused({ editId: "edit-1", ...refusal });
  assert.deepEqual(await outcome, { confirmed: false, refusal });
  assert.deepEqual(refusals, [refusal]);
});

test("what was not answered goes out again in its order, under the same ids", async () => {
  const { outbox, sent } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  const outcomes = ["teal", "lime", "snow"].map((color) =>
    outbox.send("change_model_color", { color }),
  );
  outbox.edited({ editId: "edit-2", revision: 5 });
  sent.length = 0;
  outbox.connectionChanged(LOST);
  const meanwhile = outbox.send("change_model_color", { color: "aqua" });
  assert.deepEqual(sent, []);
  outbox.connectionChanged(CONNECTED);
  assert.deepEqual(sent, [edit(1), edit(3, "snow"), edit(4, "aqua")]);
  for (const number of [1, 3, 4]) outbox.edited({ editId: `edit-${number}`, revision: number });
  assert.deepEqual(await Promise.all([...outcomes, meanwhile]), [
    { confirmed: true, revision: 1 },
    { confirmed: true, revision: 5 },
    { confirmed: true, revision: 3 },
    { confirmed: true, revision: 4 },
  ]);
  sent.length = 0;
  outbox.connectionChanged(CONNECTED);
  assert.deepEqual(sent, []);
});

test("what has no answer after ten seconds goes out again on the same connection", async () => {
  const { outbox, sent, waits, clock } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  const outcome = outbox.send("change_model_color", { color: "teal" });
  clock.advance(4_000);
  outbox.send("change_model_color", { color: "lime" });
  sent.length = 0;
  clock.advance(5_999);
  assert.deepEqual([sent, waits], [[], []]);
  clock.advance(1);
  assert.deepEqual([sent, waits], [[edit(1)], [true]]);
  outbox.edited({ editId: "edit-1", revision: 4 });
  assert.deepEqual(await outcome, { confirmed: true, revision: 4 });
  clock.advance(10_000);
  assert.deepEqual([sent, waits], [[edit(1), edit(2, "lime")], [true]]);
  outbox.edited({ editId: "edit-2", revision: 5 });
  clock.advance(60_000);
  assert.equal(sent.length, 2);
  assert.deepEqual(waits, [true, false]);
});

test("a lost answer is asked for again though the clock was set back meanwhile", () => {
  const { outbox, sent, clock } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  outbox.send("change_model_color", { color: "teal" });
  clock.setBack(3_600_000);
  clock.advance(10_000);
  assert.equal(sent.length, 2);
});

test("while there is no connection, it is said whether changes wait", () => {
  const { outbox, sent, waits, clock } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  outbox.connectionChanged(LOST);
  assert.deepEqual(waits, []);
  outbox.send("change_model_color", { color: "teal" });
  assert.deepEqual(waits, [true]);
  clock.advance(60_000);
  assert.deepEqual(sent, []);
  outbox.connectionChanged(CONNECTED);
  outbox.edited({ editId: "edit-1", revision: 4 });
  assert.deepEqual(waits, [true, false]);
});

test("an answer that comes twice, or to nothing, changes and shows nothing", async () => {
  const { outbox, refusals } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  const outcome = outbox.send("change_model_color", { color: "teal" });
  outbox.edited({ editId: "edit-1", revision: 4 });
  outbox.editRefused({ editId: "edit-1", code: "busy", message: "Late." });
  outbox.edited({ editId: "another", revision: 9 });
  assert.deepEqual(await outcome, { confirmed: true, revision: 4 });
  assert.deepEqual(refusals, []);
});

test("at most 32 edits wait for an answer", async () => {
  const { outbox, sent, refusals } = makeOutbox();
  for (let number = 0; number < 32; number++) outbox.send("change_model_color", { color: "teal" });
  const outcome = await outbox.send("change_model_color", { color: "lime" });
  assert.equal(outcome.confirmed, false);
  assert.equal(refusals.length, 1);
  outbox.connectionChanged(CONNECTED);
  assert.equal(sent.length, 32);
});

test("where the page is turned away, what waits is refused, and so is what follows", async () => {
  const { outbox, sent, refusals } = makeOutbox();
  outbox.connectionChanged(CONNECTED);
  const waiting = outbox.send("change_model_color", { color: "teal" });
  outbox.connectionChanged(ENDED);
  const later = outbox.send("change_model_color", { color: "lime" });
  for (const outcome of await Promise.all([waiting, later])) assert.equal(outcome.confirmed, false);
  assert.equal(refusals.length, 2);
  assert.equal(sent.length, 1);
});

test("before there is a scene, nothing can be changed", async () => {
  const { outbox, refusals } = makeOutbox({ revision: null });
  assert.equal((await outbox.send("change_model_color", { color: "teal" })).confirmed, false);
  assert.equal(refusals.length, 1);
});

test("the connection carries edits, and passes their answers on", () => {
  const page = makeConnectedPage();
  page.connection.send(/** @type {any} */ (edit(1)));
  assert.deepEqual(page.network.latest.sent, [edit(1)]);
  page.network.latest.serverSends({ type: "sceneEdited", editId: "edit-1", revision: 1 });
  page.network.latest.serverSends({ type: "sceneEditRefused", editId: "edit-2", code: "busy" });
  assert.equal(page.heard("edited")[0].revision, 1);
  assert.equal(page.heard("editRefused")[0].code, "busy");
});
