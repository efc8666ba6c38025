import assert from "node:assert/strict";
import { test } from "node:test";
import { keepBrowserId, takeBrowserId } from "../../static/js/net/browser_identity.js";
import { CLOSE } from "../../static/js/net/close_codes.js";
import { sessionIdIn } from "../../static/js/ui/session_form.js";
import { counted, refusalWords } from "../../static/js/ui/words.js";

const ID = "3f2c8a4e-0b1d-4c6f-9a7e-5d8b2c1f0e93";

/** @returns {any} */
function makeStorage() {
  /** @type {Map<string, string>} */
  const items = new Map();
  return {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => items.set(key, value),
    removeItem: (/** @type {string} */ key) => items.delete(key),
  };
}

test("a reload is the same browser", () => {
  const storage = makeStorage();
  const first = takeBrowserId(
    () => storage,
    () => "one",
  );
  keepBrowserId(() => storage, first);
  const afterReload = takeBrowserId(
    () => storage,
    () => "two",
  );
  assert.equal(afterReload, "one");
});

test("a duplicated tab, which copies the storage of a living one, gets an id of its own", () => {
  const storage = makeStorage();
  const ids = ["one", "two"].map((id) =>
    takeBrowserId(
      () => storage,
      () => id,
    ),
  );
  assert.deepEqual(ids, ["one", "two"]);
});

test("where the person blocks storage the page works all the same", () => {
  const blocked = () => {
    throw new Error("SecurityError");
  };
  assert.equal(
    takeBrowserId(blocked, () => "one"),
    "one",
  );
  keepBrowserId(blocked, "one");
});

test("the id is found in a pasted link, in any case, and nowhere else", () => {
  assert.equal(sessionIdIn(ID), ID);
  assert.equal(sessionIdIn(`  https://example.org/?a=1&sessionId=${ID.toUpperCase()}#x `), ID);
  assert.equal(sessionIdIn("https://example.org/"), null);
  assert.equal(sessionIdIn("constructor"), null);
});

test("each final close has its own words, which end with what to do", () => {
  const titles = Object.values(CLOSE).map((code) => refusalWords(code).title);
  assert.equal(new Set(titles).size, titles.length);
  assert.match(refusalWords(CLOSE.sceneClosed).advice, /Start a new scene/);
  assert.match(refusalWords(CLOSE.tooMany).advice, /tries again by itself/);
  assert.match(refusalWords(1000).advice, /Reload/);
});

test("one thing and many things are counted in words", () => {
  assert.equal(counted(1, "browser"), "1 browser");
  assert.equal(counted(2, "browser"), "2 browsers");
  assert.equal(counted(0, "browser"), "0 browsers");
});
