import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addressOf,
  chosenView,
  outcomeOf,
  turnedView,
} from "../../static/js/staff/sessions_view.js";

const LIVE = { state: "live", search: "", page: 0 };

test("another choice begins at its first page, and the same one asks for nothing", () => {
  const third = { state: "closed", search: "someone", page: 2 };
  assert.deepEqual(chosenView(third, { state: "idle", search: " someone " }), {
    state: "idle",
    search: "someone",
    page: 0,
  });
  assert.equal(chosenView(third, { state: "closed", search: "someone " }), third);
});

test("one turns a page at a time, and never before the first", () => {
  assert.deepEqual(turnedView({ ...LIVE, search: "x" }, 1), { ...LIVE, search: "x", page: 1 });
  assert.equal(turnedView({ ...LIVE, page: 2 }, -1).page, 1);
  assert.equal(turnedView(LIVE, -1).page, 0);
});

test("a reload shows the same sessions, whatever was searched for", () => {
  const view = { state: "open", search: "a&page=9 ü#?", page: 3 };
  assert.deepEqual(Object.fromEntries(new URLSearchParams(addressOf(view))), {
    state: "open",
    search: "a&page=9 ü#?",
    page: "3",
  });
});

test("an empty table says whether there are no sessions, or none like that", () => {
  const shown = { ...LIVE, hasMore: false, sessions: [] };
  const one = /** @type {any[]} */ ([{ id: 1 }]);
  assert.equal(outcomeOf(shown).none, "at all");
  for (const other of [{ state: "closed" }, { search: "x" }, { page: 1 }])
    assert.equal(outcomeOf({ ...shown, ...other }).none, "found");
  assert.equal(outcomeOf({ ...shown, sessions: one }).none, "");
});

test("one may turn only to where sessions are", () => {
  const shown = { ...LIVE, hasMore: false, sessions: [] };
  const ways = (/** @type {object} */ other) => {
    const { later, earlier } = outcomeOf({ ...shown, ...other });
    return [later, earlier];
  };
  assert.deepEqual(ways({}), [false, false]);
  assert.deepEqual(ways({ hasMore: true }), [false, true]);
  assert.deepEqual(ways({ page: 1 }), [true, false]);
});
