import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { keepBrowserId, takeBrowserId } from "../../static/js/net/browser_identity.js";
import { CLOSE } from "../../static/js/net/close_codes.js";
import { refusalWords } from "../../static/js/ui/connection_words.js";
import { sessionIdIn } from "../../static/js/ui/session_form.js";
import { counted } from "../../static/js/ui/words.js";

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

test("the one id in a pasted text is found, as the server finds it", () => {
  const file = new URL("../fixtures/edit_keys.json", import.meta.url);
  const { key, other, cases } = JSON.parse(readFileSync(file, "utf8"));
  for (const { text, found } of cases) {
    const given = text.replaceAll("OTHER", other);
    for (const written of [key, key.toUpperCase()]) {
      const expected = found ? key : null;
      assert.equal(sessionIdIn(given.replaceAll("KEY", written)), expected, text);
    }
  }
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
