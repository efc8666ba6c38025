import assert from "node:assert/strict";
import { test } from "node:test";
import { Latest } from "../../static/js/staff/latest.js";

const LIVE = { state: "live", search: "", page: 0 };

/** @param {string[]} ids of the calls that the page shows from the beginning */
function makeLatest(...ids) {
  /** @type {[string, any][]} */
  const drawn = [];
  /** @type {(name: string) => (value: any) => void} */
  const draw = (name) => (value) => drawn.push([name, value]);
  const latest = new Latest(ids.map(call), {
    overview: draw("overview"),
    sessions: draw("sessions"),
    calls: draw("calls"),
  });
  /** What was drawn since it was asked for last. */
  return { latest, drawn: () => drawn.splice(0) };
}

/** @param {string} id */
function call(id) {
  const rest = { tool: "get_scene", status: "success", durationMs: 1, errorCode: "", client: "" };
  return { id, startedAt: "2026-11-21T11:00:00Z", sceneSession: 1, ...rest };
}

/** @param {number} callsPerMinute */
const overview = (callsPerMinute) => /** @type {any} */ ({ figures: { callsPerMinute } });

/** @param {object} [view] */
const sessions = (view) => /** @type {any} */ ({ ...LIVE, hasMore: false, sessions: [], ...view });

test("what comes is drawn at once; new figures draw how long ago the sessions' calls were", () => {
  const { latest, drawn } = makeLatest("first");
  latest.sessionsCame(sessions());
  latest.overviewCame(overview(1));
  latest.callsCame([call("second")]);
  const all = drawn();
  assert.deepEqual(
    all.map(([what]) => what),
    ["sessions", "overview", "sessions", "calls"],
  );
  assert.deepEqual(
    new Set(all.at(-1)?.[1].map((/** @type {any} */ { id }) => id)),
    new Set(["first", "second"]),
  );
});

test("a paused page stands still, and then shows the newest of what it missed, and all calls", () => {
  const { latest, drawn } = makeLatest();
  latest.sessionsCame(sessions());
  drawn();
  latest.pause(true);
  for (const number of [1, 2]) latest.overviewCame(overview(number));
  latest.sessionsCame(sessions({ hasMore: true }));
  for (const id of ["a", "b"]) latest.callsCame([call(id)]);
  assert.deepEqual(drawn(), []);
  latest.pause(false);
  const missed = Object.fromEntries(drawn());
  assert.equal(missed.overview.figures.callsPerMinute, 2);
  assert.equal(missed.sessions.hasMore, true);
  assert.equal(missed.calls.length, 2);
});

test("sessions that the person asks for are shown though the page is paused", () => {
  const { latest, drawn } = makeLatest();
  latest.sessionsCame(sessions());
  latest.pause(true);
  drawn();
  latest.sessionsCame(sessions({ state: "closed" }));
  assert.equal(drawn().length, 1);
  latest.sessionsCame(sessions({ state: "closed", hasMore: true })); // the same, a second later
  assert.deepEqual(drawn(), []);
});

test("a pause that ends before anything came draws no figures", () => {
  const { latest, drawn } = makeLatest();
  latest.pause(true);
  latest.pause(false);
  assert.deepEqual(drawn(), [["calls", []]]);
});
