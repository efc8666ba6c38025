import assert from "node:assert/strict";
import { test } from "node:test";
import { CLOSE } from "../../static/js/net/close_codes.js";
import { endingOf, lineOf } from "../../static/js/staff/connection_words.js";

test("a paused overview says so only while it is connected: a lost connection is more urgent", () => {
  const lost = /** @type {const} */ ({ name: "reconnecting", retryAtMs: null, closeCode: 1006 });
  assert.deepEqual(lineOf({ name: "connected" }, false), { name: "connected", text: "Live" });
  assert.deepEqual(lineOf({ name: "connected" }, true), { name: "paused", text: "Paused" });
  assert.equal(lineOf(lost, true).text, "Reconnecting…");
  assert.equal(lineOf({ name: "refused", closeCode: 4401 }, true).name, "refused");
});

test("an overview that has ended says what to do, whatever the server's reason was", () => {
  assert.match(endingOf(CLOSE.notSignedIn), /signed out.*sign in again/);
  assert.match(endingOf(CLOSE.notAllowed), /staff.*another account/);
  assert.match(endingOf(CLOSE.badMessage), /older than the server.*Reload/);
  assert.match(endingOf(4999), /Reload this page/);
});
