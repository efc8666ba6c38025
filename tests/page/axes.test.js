import assert from "node:assert/strict";
import { test } from "node:test";
import {
  axisWidth,
  callMarks,
  clockMarks,
  durationMarks,
  loneIndexes,
  minutesRange,
  valuesRange,
} from "../../static/js/staff/axes.js";

test("a value that no line leads to is marked, wherever it stands", () => {
  const at = (/** @type {(number | null)[]} */ ...column) => loneIndexes(column);
  assert.deepEqual(at(null, 5, null, 6, 7, null, 8), [1, 6]);
  assert.deepEqual(at(5, null, null), [0]);
  assert.deepEqual(at(0), [0]); // nothing at all took that long, and that is a value too
  assert.deepEqual(at(1, 2, 3), []);
  assert.deepEqual(at(), []);
});

test("an axis is as wide as its longest words, and does not jump with the usual ones", () => {
  const usual = axisWidth(["0", "20 ms", "1.25 s"]);
  assert.equal(axisWidth(null), usual);
  assert.equal(axisWidth([]), usual);
  const long = axisWidth(["0", "133.3 min"]);
  assert.ok(long > usual);
  assert.ok(long >= "133.3 min".length * 7);
});

test("a scale begins at nothing, leaves air above the highest, and is never empty", () => {
  const [lowest, highest] = valuesRange(100);
  assert.equal(lowest, 0);
  assert.ok(highest > 100 && highest < 130);
  for (const none of [null, 0]) assert.deepEqual(valuesRange(none), [0, 1]);
  const [first, last] = minutesRange(600, 660);
  assert.ok(first < 600 && last > 660); // else the outer bars were cut in half
});

test("axes are marked with whole calls, durations with their unit, and times in UTC", () => {
  assert.deepEqual(callMarks([0, 0.5, 1000]), ["0", "", "1,000"]);
  assert.deepEqual(durationMarks([0, 40, 1500]), ["0", "40 ms", "1.50 s"]);
  assert.deepEqual(clockMarks([Date.parse("2026-11-21T09:05:00Z") / 1000]), ["09:05"]);
});
