import assert from "node:assert/strict";
import { test } from "node:test";
import { takeJoinCode, useJoinCode } from "../../static/js/net/join_code.js";

/** @param {string} hash */
function taken(hash) {
  const location = /** @type {Location} */ ({ pathname: "/", search: "?sessionId=1", hash });
  let address = `/?sessionId=1${hash}`;
  const history = /** @type {any} */ ({
    state: null,
    replaceState: (/** @type {any} */ _, /** @type {string} */ __, /** @type {string} */ url) => {
      address = url;
    },
  });
  return { code: takeJoinCode(location, history), address };
}

test("the code leaves the address, and nothing else does", () => {
  assert.deepEqual(taken("#join=a-b_c"), { code: "a-b_c", address: "/?sessionId=1" });
  assert.deepEqual(taken("#studio&join=x"), { code: "x", address: "/?sessionId=1#studio" });
  assert.deepEqual(taken("#join=x&studio"), { code: "x", address: "/?sessionId=1#studio" });
});

test("an address without a code stays as it is", () => {
  for (const hash of ["", "#studio", "#enjoin=x", "#join=", "#join=a b"]) {
    assert.deepEqual(taken(hash), { code: null, address: `/?sessionId=1${hash}` });
  }
});

test("a code is sent in the body, and a lost connection is no sign-in", async () => {
  /** @type {any[]} */
  const sent = [];
  const answer = /** @type {any} */ (
    async (/** @type {string} */ url, /** @type {any} */ init) => {
      sent.push([url, init.method, String(init.body)]);
      return { ok: true };
    }
  );
  assert.equal(await useJoinCode("x", "t", answer, "/join/"), true);
  assert.deepEqual(sent, [["/join/", "POST", "code=x&csrfmiddlewaretoken=t"]]);
  const broken = /** @type {any} */ (() => Promise.reject(new TypeError("lost")));
  assert.equal(await useJoinCode("x", "t", broken, "/join/"), false);
});
