import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { barCells, callCells, newIds, sessionCells } from "../../static/js/staff/cells.js";

/** @param {string} name of a row's template */
const slotsOf = (name) => {
  const url = new URL(`../../templates/admin/overview/${name}.html`, import.meta.url);
  const found = readFileSync(url, "utf8").matchAll(/data-slot="(\w+)"/g);
  return [...found].map(([, slot]) => slot).sort();
};

const SESSION = {
  id: 7,
  name: "Harbor",
  state: "open",
  owner: "",
  client: "",
  browsers: 0,
  calls: 1001,
};
const CALL = { id: "c", tool: "scale_model", status: "running", durationMs: null, errorCode: "" };
const AT = "2026-11-21T11:00:00Z";

const session = sessionCells({ ...SESSION, lastCall: "2026-11-21T10:55:00Z", age: "aging" }, AT);
const call = callCells({ ...CALL, sceneSession: null, client: "", startedAt: AT });

test("each slot of a row's template is filled, and nothing else", () => {
  assert.deepEqual(Object.keys(session).sort(), slotsOf("session_row"));
  assert.deepEqual(Object.keys(call).sort(), slotsOf("call_row"));
  const bar = barCells({ name: "path", count: 1, percent: 100 }, "rules");
  assert.deepEqual(Object.keys(bar).sort(), slotsOf("bar_rows"));
});

test("what is not known is a dash, and what is too much to count says so", () => {
  assert.deepEqual([session.owner, session.client, session.calls], ["–", "–", "1,000+"]);
  assert.deepEqual([call.durationMs, call.client, call.sceneSession], ["–", "–", ""]);
});

test("a session's last call is told by the server's clock", () => {
  assert.equal(session.lastCall, "5 min ago");
  const never = sessionCells({ ...SESSION, lastCall: null, age: "stale" }, AT);
  assert.equal(never.lastCall, "–");
});

test("tools are named as clients call them, and all else in words", () => {
  assert.equal(call.tool, "scale_model");
  const failed = { ...CALL, errorCode: "not_found", sceneSession: 1, client: "x", startedAt: AT };
  assert.equal(callCells(failed).errorCode, "not found");
  const bar = { name: "most_active", count: 1234, percent: 50 };
  assert.deepEqual(barCells(bar, "tools"), { name: "most_active", count: "1,234" });
  assert.equal(barCells(bar, "rules").name, "most active");
});

test("only calls that come while one looks are new, not those that fill the table at first", () => {
  const rows = [{ id: "b" }, { id: "a" }];
  assert.deepEqual(newIds(rows, new Set(["a"])), new Set(["b"]));
  assert.deepEqual(newIds(rows, new Set()), new Set());
});
