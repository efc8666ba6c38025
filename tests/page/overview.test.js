import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mergeCalls } from "../../static/js/staff/call_stream.js";
import * as formats from "../../static/js/staff/formats.js";
import { callsInWords, durationsInWords, toColumns } from "../../static/js/staff/series.js";
import { StaffConnection } from "../../static/js/staff/staff_connection.js";
import { FakeClock, FakeNetwork } from "./fakes.js";

const FIXTURE = new URL("../fixtures/overview_formats.json", import.meta.url);

/** @type {any} what the server's tests read too */
const { at, ago, ...others } = JSON.parse(readFileSync(FIXTURE, "utf8"));

test("numbers are worded as the server words them", () => {
  for (const [name, cases] of Object.entries(others)) {
    const format = /** @type {any} */ (formats)[name];
    for (const [value, expected] of cases) assert.equal(format(value), expected, name);
  }
  for (const [moment, expected] of ago) assert.equal(formats.ago(moment, at), expected);
});

test("a figure is found by its path, and one that is missing is none", () => {
  const overview = { statistics: { calls: { total: 3 } } };
  assert.equal(formats.pick(overview, "statistics.calls.total"), 3);
  assert.equal(formats.pick(overview, "statistics.refusals.since"), null);
});

/**
 * @param {string} clock
 * @param {number} calls
 * @param {number} errors
 * @param {number | null} [p95Ms]
 */
function minute(clock, calls, errors, p95Ms = null) {
  const p50Ms = p95Ms === null ? null : p95Ms / 2;
  return { minute: `2026-11-21T${clock}:00+00:00`, calls, errors, p50Ms, p95Ms };
}

const SERIES = [minute("11:00", 2, 0, 4), minute("11:01", 1300, 3, 40), minute("11:02", 0, 0)];

test("a chart gets the minutes as seconds, and gaps where nothing ended", () => {
  const start = Date.parse("2026-11-21T11:00:00Z") / 1000;
  assert.deepEqual(toColumns(SERIES, ["calls", "p95Ms"]), [
    [start, start + 60, start + 120],
    [2, 1300, 0],
    [4, 40, null],
  ]);
});

test("a chart is told in words to who cannot see it", () => {
  assert.equal(
    callsInWords(SERIES),
    "Calls per minute in the last hour: 1,302 in all, 3 failed; most at 11:01 UTC with 1,300.",
  );
  assert.equal(
    durationsInWords(SERIES),
    "Duration of calls: at 11:01 UTC half took up to 20 ms and 95% up to 40 ms; " +
      "slowest at 11:01 UTC with 40 ms.",
  );
  const better = [...SERIES, minute("11:03", 1, 0, 30)];
  assert.match(durationsInWords(better), /at 11:03 UTC half .* slowest at 11:01 UTC with 40 ms/);
  const silent = [minute("11:00", 0, 0)];
  assert.match(callsInWords(silent), /none in the last hour/);
  assert.match(durationsInWords(silent), /none ended/);
});

/**
 * @param {number} second
 * @param {string} [status]
 */
function call(second, status = "running") {
  const startedAt = new Date(second * 1000).toISOString();
  const rest = { tool: "get_scene", durationMs: null, errorCode: "", sceneSession: 1, client: "" };
  return { id: `call-${second}`, status, startedAt, ...rest };
}

test("a call that ends changes where it stands, and only the newest are kept", () => {
  const shown = mergeCalls([call(1)], [call(3), call(2)]);
  assert.deepEqual(
    mergeCalls(shown, [call(1, "success")]).map(({ id, status }) => [id, status]),
    [
      ["call-3", "running"],
      ["call-2", "running"],
      ["call-1", "success"],
    ],
  );
  const many = Array.from({ length: 80 }, (_, index) => call(index));
  const kept = mergeCalls([], many);
  assert.equal(kept.length, 50);
  assert.equal(kept[0]?.id, "call-79");
});

/** A connection of an overview on a fake network, and what it heard. */
function makeOverview() {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  /** @type {[string, any][]} */
  const heard = [];
  /** @type {(name: string) => (value: any) => void} */
  const hear = (name) => (value) => heard.push([name, value]);
  const connection = new StaffConnection({
    url: "ws://127.0.0.1/ws/staff/",
    view: { state: "live", search: "", page: 0 },
    WebSocket: network.WebSocket,
    clock,
    random: () => 0,
    reach: async () => "here",
    listener: {
      connectionChanged: hear("state"),
      troubleChanged: hear("trouble"),
      overviewCame: hear("overview"),
      sessionsCame: hear("sessions"),
      callsCame: hear("calls"),
      failed: hear("failed"),
    },
  });
  connection.open();
  network.latest.serverOpens();
  const told = (/** @type {string} */ name) =>
    heard.filter(([what]) => what === name).map(([, value]) => value);
  return { clock, network, connection, told };
}

test("an overview whose socket does not open says why after a few tries", async () => {
  const { clock, network, told } = makeOverview();
  for (let tries = 0; tries < 4; tries++) {
    network.latest.serverCloses(1006);
    clock.advance(500);
  }
  await new Promise(setImmediate);
  assert.deepEqual(told("trouble"), ["blocked"]);
});

test("an overview is live once the server has told it something, and confirms what comes", () => {
  const { network, told } = makeOverview();
  assert.equal(told("state").at(-1).name, "connecting");
  network.latest.serverSends({ type: "overview", look: 7, statistics: {}, figures: {} });
  assert.equal(told("state").at(-1).name, "connected");
  assert.deepEqual(network.latest.sent, [
    { type: "showSessions", state: "live", search: "", page: 0 },
    { type: "shown", look: 7 },
  ]);
});

test("an overview that comes back asks for the sessions that it showed", () => {
  const { clock, network, connection, told } = makeOverview();
  const closed = { state: "closed", search: "someone", page: 2 };
  connection.show(closed);
  const late = { type: "sessions", look: 1, state: "live", search: "", page: 0, sessions: [] };
  network.latest.serverSends(late);
  assert.deepEqual(told("sessions"), []);
  network.latest.serverCloses(1012);
  clock.advance(1000);
  network.latest.serverOpens();
  assert.deepEqual(network.latest.sent, [{ type: "showSessions", ...closed }]);
  network.latest.serverSends({ ...late, ...closed });
  assert.equal(told("sessions").length, 1);
});

test("who is signed out stays away", () => {
  const { clock, network, told } = makeOverview();
  network.latest.serverSends({ type: "error", code: "not_signed_in", message: "Sign in." });
  network.latest.serverCloses(4401);
  clock.advance(600_000);
  assert.equal(network.sockets.length, 1);
  const refused = { name: "refused", closeCode: 4401 };
  assert.deepEqual(told("state"), [{ name: "connecting" }, refused]); // and never was live
});
