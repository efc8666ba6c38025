import assert from "node:assert/strict";
import { test } from "node:test";
import { reachOf } from "../../static/js/net/reach.js";
import { troubleOf } from "../../static/js/staff/connection_words.js";
import { troubleWords } from "../../static/js/ui/connection_words.js";
import { makePage, startDocument } from "./page.js";

/** @import { Trouble } from "../../static/js/net/trouble.js" */

const HEARTBEAT_MS = 25_000;
const TROUBLES = /** @type {Trouble[]} */ ([
  ...["offline", "away", "elsewhere", "refused", "blocked", "mute", "cut", "failing"],
]);

const settle = () => new Promise(setImmediate);

/** @param {ReturnType<typeof makePage>} page */
const troubles = (page) => page.heard("troubleChanged");

/**
 * @param {ReturnType<typeof makePage>} page whose latest socket ends, and who opens the next one
 * @param {number} code
 */
async function fail(page, code) {
  page.network.latest.serverCloses(code);
  await settle();
  page.clock.advance(page.state.retryAtMs - page.clock.now());
}

/** @param {ReturnType<typeof makePage>} page */
function accept(page) {
  page.network.latest.serverOpens();
  const registered = { type: "sessionRegistered", revision: 0, scene: startDocument() };
  page.network.latest.serverSends(registered);
}

for (const reach of /** @type {const} */ (["away", "offline", "elsewhere", "refused"])) {
  test(`the third socket that does not open asks what answers, and says it: ${reach}`, async () => {
    const page = makePage({ reach });
    await fail(page, 1006);
    await fail(page, 1006);
    assert.deepEqual(troubles(page), [], "two quick failures are what a restart brings");
    await fail(page, 1006);
    assert.deepEqual(troubles(page), [reach]);
    await fail(page, 1006);
    assert.deepEqual(troubles(page), [reach], "it is said once");
    accept(page);
    assert.deepEqual(troubles(page), [reach, null]);
    assert.equal(page.state.name, "connected");
  });
}

test("where the server answers, it is the way there that lets no socket open", async () => {
  const page = makePage();
  for (let tries = 0; tries < 3; tries++) await fail(page, 1006);
  assert.deepEqual(troubles(page), ["blocked"]);
});

test("tries that hang are long, so that two of them are enough", async () => {
  const page = makePage();
  page.clock.advance(15_000 + 500);
  await settle();
  assert.deepEqual(troubles(page), []);
  page.clock.advance(15_000);
  await settle();
  assert.deepEqual(troubles(page), ["blocked"]);
});

test("sockets that open and bring nothing are mute, whoever ends them", async () => {
  for (const code of [0, 1000, 4408]) {
    const page = makePage();
    for (let tries = 0; tries < 3; tries++) {
      page.network.latest.serverOpens();
      if (code === 0) page.clock.advance(15_000 + 500);
      else await fail(page, code);
      await settle();
    }
    assert.deepEqual(troubles(page), ["mute"], `closed with ${code}`);
  }
});

test("connections that break soon each time are in trouble until one lasts", async () => {
  const page = makePage();
  for (let tries = 0; tries < 3; tries++) {
    accept(page);
    page.clock.advance(5000);
    await fail(page, 1006);
  }
  assert.deepEqual(troubles(page), ["cut"]);
  accept(page);
  assert.equal(page.state.name, "connected");
  for (const expected of [["cut"], ["cut"], ["cut", null]]) {
    page.clock.advance(HEARTBEAT_MS);
    page.network.latest.serverSends({ type: "heartbeat", revision: 0 });
    assert.deepEqual(troubles(page), expected);
  }
});

test("one that breaks before it is ready does not clear the trouble of those that broke later", async () => {
  const page = makePage();
  for (let tries = 0; tries < 3; tries++) {
    accept(page);
    page.clock.advance(5000);
    await fail(page, 1006);
  }
  page.network.latest.serverOpens();
  await fail(page, 1006);
  accept(page);
  assert.deepEqual(troubles(page), ["cut"]);
});

test("connections that lasted are not in trouble, however many there were", async () => {
  const page = makePage();
  for (let tries = 0; tries < 5; tries++) {
    accept(page);
    for (let beats = 0; beats < 3; beats++) {
      page.clock.advance(HEARTBEAT_MS);
      page.network.latest.serverSends({ type: "heartbeat", revision: 0 });
    }
    await fail(page, 1006);
  }
  assert.deepEqual(troubles(page), []);
});

test("a server that ends each socket with an error is said to fail", async () => {
  const page = makePage();
  for (let tries = 0; tries < 3; tries++) {
    page.network.latest.serverOpens();
    await fail(page, 1011);
  }
  assert.deepEqual(troubles(page), ["failing"]);
});

for (const code of [1012, 4413, 4429]) {
  test(`what the server itself says is no trouble on the way: ${code}`, async () => {
    const page = makePage();
    for (let tries = 0; tries < 4; tries++) {
      page.network.latest.serverOpens();
      await fail(page, code);
    }
    assert.deepEqual(troubles(page), []);
  });
}

test("an answer that comes when all is well again is not said", async () => {
  /** @type {(reach: "away") => void} */
  let answer = () => {};
  const page = makePage({ asked: new Promise((resolve) => (answer = resolve)) });
  for (let tries = 0; tries < 3; tries++) await fail(page, 1006);
  accept(page);
  answer("away");
  await settle();
  assert.deepEqual(troubles(page), []);
});

test("a browser in which no socket can be made goes on trying and says so", async () => {
  const page = makePage({ canMakeSockets: false });
  assert.equal(page.state.name, "reconnecting");
  page.clock.advance(30_000);
  await settle();
  assert.deepEqual(troubles(page), ["blocked"]);
});

/**
 * @param {number} status
 * @param {string} [body]
 */
async function reachWith(status, body = "") {
  /** @type {unknown[]} */
  const asked = [];
  const send = /** @type {typeof fetch} */ (
    async (url, options) => {
      asked.push(url, options?.method, options?.referrerPolicy);
      if (status === 0) throw new TypeError("Failed to fetch");
      return new Response(body, { status });
    }
  );
  const reach = await reachOf("wss://example.org/below/ws/scene/", send);
  assert.deepEqual(asked, ["https://example.org/below/ws/scene/", "POST", "origin"]);
  return reach;
}

test("what answers at the socket's address is told by what it says", async () => {
  assert.equal(await reachWith(200, '{"code":"open"}'), "here");
  assert.equal(await reachWith(403, '{"code":"origin_refused"}'), "refused");
  for (const status of [200, 302, 403, 404]) {
    for (const body of ["", "<!DOCTYPE html>", "null", '{"code":1}', "[]"]) {
      assert.equal(await reachWith(status, body), "elsewhere", `${status} ${body}`);
    }
  }
  for (const status of [0, 500, 502, 503, 504]) assert.equal(await reachWith(status), "away");
});

test("each trouble has its words, and those who run the server are told what to set", () => {
  const origin = "https://example.org";
  for (const trouble of TROUBLES) {
    const { title, advice, operator } = troubleWords(trouble, origin);
    for (const words of [title, advice, operator]) assert.match(words, /^.{10,300}$/);
    assert.equal(troubleOf(trouble, origin), `${title}. ${operator}`);
  }
  assert.match(troubleWords("blocked", origin).operator, /Upgrade and Connection/);
  assert.match(
    troubleWords("refused", origin).operator,
    /ALLOWED_ORIGINS.*https:\/\/example\.org$/,
  );
});
