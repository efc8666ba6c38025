import assert from "node:assert/strict";
import { test } from "node:test";
import { ageWords } from "../../static/js/edit/feed/ages.js";
import { Feed } from "../../static/js/edit/feed/feed.js";

/** @import { Cause } from "../../static/js/net/messages.js" */

const OWN = "own";
const told = { at: 100, isOwn: (/** @type {string} */ editId) => editId === OWN };

/**
 * @param {number} revision
 * @param {Partial<Cause>} cause
 * @param {string[]} ids
 */
function change(revision, cause = {}, ids = []) {
  const whole = { tool: "add_objects", title: "Add objects", summary: `${revision}.`, ...cause };
  const patch = ids.map((id) => ({ op: "add", path: `/objects/${id}/color`, value: "red" }));
  return { revision, patch, cause: whole };
}

/** @param {Feed} feed */
const states = (feed) => feed.entries.map(({ revision, state }) => `${revision} ${state}`);

test("each change has its author, the first line of its words, and its objects", () => {
  const feed = new Feed();
  feed.changed(
    [
      change(1, { callId: "c", by: "claude-code", summary: "Added crate.\nmore" }, ["o1", "o2"]),
      change(2, { editId: OWN, by: "person" }, ["o1", "o1"]),
      change(3, { editId: "another", by: "person" }),
      change(4, { by: "x".repeat(200), summary: "" }),
    ],
    told,
  );
  const [fourth, third, second, first] = feed.entries;
  assert.deepEqual([first?.who, first?.words, first?.at], ["claude-code", "Added crate.", 100]);
  assert.deepEqual([first?.objects, second?.objects], [["o1", "o2"], ["o1"]]);
  assert.deepEqual([second?.who, third?.who], ["You", "A person"]);
  assert.deepEqual([fourth?.who.length, fourth?.words], [61, "Add objects"]);
});

test("what is undone can be redone, until something else is done", () => {
  const feed = new Feed();
  feed.changed([change(1), change(2), change(3)], told);
  feed.changed([change(4, { tool: "history", position: 1 })], told);
  assert.deepEqual(states(feed), ["4 fixed", "3 undone", "2 undone", "1 done"]);
  feed.changed([change(5, { tool: "history", position: 2 })], told);
  assert.deepEqual(states(feed).slice(1), ["4 fixed", "3 undone", "2 done", "1 done"]);
  feed.changed([change(6)], told);
  assert.deepEqual(states(feed), ["6 done", "5 fixed", "4 fixed", "3 fixed", "2 done", "1 done"]);
  feed.changed([change(7, { tool: "history", position: 0 })], told);
  feed.changed([change(8, { tool: "history", position: null })], told);
  assert.deepEqual(states(feed).slice(2, 3), ["6 done"]);
  assert.deepEqual(states(feed).slice(-2), ["2 done", "1 done"]);
});

test("what an AI mends by itself is one entry, and what failed another", () => {
  const feed = new Feed();
  const call = { name: "add_objects", title: "Add objects", status: "error", summary: "No color." };
  for (let at = 1; at <= 7; at++) feed.toolCalled(call, { at, isSlip: true });
  feed.toolCalled({ ...call, status: "running" }, { at: 8, isSlip: false });
  const [slip, ...others] = feed.entries;
  assert.deepEqual(others, []);
  assert.deepEqual([slip?.kind, slip?.count, slip?.slips.length, slip?.at], ["slip", 7, 5, 7]);
  feed.toolCalled({ ...call, summary: "Too late." }, { at: 9, isSlip: false });
  feed.toolCalled(call, { at: 10, isSlip: true });
  assert.deepEqual(
    feed.entries.map(({ kind, count }) => `${kind} ${count}`),
    ["slip 1", "failed 1", "slip 7"],
  );
  assert.equal(feed.entries[1]?.words, "Add objects: Too late.");
});

test("a loaded scene brings what the server knows, and calls stay where they were", () => {
  const feed = new Feed();
  feed.changed([change(3)], told);
  const call = { name: "n", title: "", status: "error", summary: "s" };
  feed.toolCalled(call, { at: 50, isSlip: false });
  const at = (/** @type {number} */ revision, /** @type {number} */ seconds) => ({
    revision,
    at: seconds,
    cause: { tool: "t", title: "t", summary: "did", by: "codex" },
    objects: ["o1"],
    state: /** @type {const} */ ("undone"),
  });
  feed.began([at(4, 60), at(3, 40)], told.isOwn);
  assert.deepEqual(states(feed), ["4 undone", "null fixed", "3 undone"]);
  assert.equal(feed.isCut, true);
  feed.began([at(1, 60)], told.isOwn);
  assert.equal(feed.isCut, false);
});

test("it holds 200 entries", () => {
  const feed = new Feed();
  let times = 0;
  feed.watch(() => times++);
  feed.changed(
    Array.from({ length: 300 }, (_, index) => change(index + 1)),
    told,
  );
  assert.deepEqual([feed.entries.length, feed.isCut, times], [200, true, 1]);
  assert.equal(feed.entries[0]?.revision, 300);
});

test("ages are said in the largest unit that is over", () => {
  assert.deepEqual([-3, 5, 60, 3599, 3600, 200_000].map(ageWords), [
    "just now",
    "just now",
    "1 min. ago",
    "59 min. ago",
    "1 hr. ago",
    "2 days ago",
  ]);
});
