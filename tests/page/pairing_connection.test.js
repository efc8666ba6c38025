import assert from "node:assert/strict";
import { test } from "node:test";
import { PairingConnection } from "../../static/js/net/pairing_connection.js";
import { FakeClock, FakeNetwork } from "./fakes.js";
import { makeConnectedPage } from "./page.js";

/** @param {string | null} code */
function pairing(code) {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  /** @type {[string, any][]} */
  const heard = [];
  /** @type {(name: string) => (value: any) => void} */
  const hear = (name) => (value) => heard.push([name, value]);
  const connection = new PairingConnection({
    url: "ws://127.0.0.1/ws/scene/",
    browserId: "the-tab",
    code,
    WebSocket: network.WebSocket,
    clock,
    random: () => 0,
    reach: async () => "away",
    listener: {
      codeCame: hear("codeCame"),
      joinRequested: hear("joinRequested"),
      joined: hear("joined"),
      refused: hear("refused"),
      awayChanged: hear("awayChanged"),
    },
  });
  connection.open();
  network.latest.serverOpens();
  return { clock, network, connection, heard };
}

const waiting = { type: "registerSession", browserId: "the-tab", waiting: true };
const shown = { type: "pairingCode", code: "K7M-2PQ", validForSeconds: 600, ticket: "its own" };

test("a page sends its code, and hears which scene that opened", () => {
  const { network, heard } = pairing("K7M2PQ");
  assert.deepEqual(network.latest.sent, [
    { type: "registerSession", browserId: "the-tab", code: "K7M2PQ" },
  ]);
  network.latest.serverSends({ type: "sessionRegistered", sessionId: "the-edit-key", revision: 3 });
  assert.deepEqual(heard, [["joined", "the-edit-key"]]);
  assert.equal(network.latest.readyState, 3);
});

test("a code that is refused is not sent again", () => {
  const { clock, network, heard } = pairing("K7M2PQ");
  network.latest.serverSends({ type: "error", code: "code_unknown", message: "It is not valid." });
  network.latest.serverCloses(4404);
  clock.advance(600_000);
  assert.equal(network.sockets.length, 1);
  assert.deepEqual(
    heard.map(([name, { message }]) => [name, message]),
    [["refused", "It is not valid."]],
  );
});

test("a page that waits answers heartbeats, and says what its person says", () => {
  const { network, connection, heard } = pairing(null);
  assert.deepEqual(network.latest.sent, [waiting]);
  network.latest.serverSends(shown);
  network.latest.serverSends({ type: "heartbeat", revision: 0, serverTime: 1 });
  network.latest.serverSends({ type: "joinRequested", client: "Claude Code" });
  connection.answerJoin(true);
  assert.deepEqual(network.latest.sent.slice(1), [
    { type: "heartbeat", revision: 0 },
    { type: "joinAnswer", accept: true },
  ]);
  network.latest.serverSends({ type: "sessionRegistered", sessionId: "the-edit-key" });
  assert.deepEqual(
    heard.map(([name]) => name),
    ["codeCame", "joinRequested", "joined"],
  );
});

test("a page that waits comes back with its ticket, and never with its code", () => {
  const { clock, network, heard } = pairing(null);
  network.latest.serverSends(shown);
  network.latest.serverCloses(1006);
  clock.advance(1000);
  network.latest.serverOpens();
  assert.deepEqual(network.latest.sent, [{ ...waiting, ticket: "its own" }]);
  network.latest.serverSends({ type: "pairingCode", validForSeconds: 500 });
  network.latest.serverCloses(1012);
  clock.advance(1000);
  network.latest.serverOpens();
  assert.deepEqual(network.latest.sent, [{ ...waiting, ticket: "its own" }]);
  assert.equal(heard.filter(([name]) => name === "codeCame").length, 2);
});

test("while the server restarts a page that waits comes back when told", () => {
  const { clock, network, heard } = pairing(null);
  network.latest.serverSends(shown);
  network.latest.serverSends({ type: "error", code: "restarting", retryAfterSeconds: 3 });
  network.latest.serverCloses(1012);
  clock.advance(2_999);
  assert.equal(network.sockets.length, 1);
  clock.advance(1);
  assert.equal(network.sockets.length, 2);
  assert.deepEqual(
    heard.map(([name]) => name),
    ["codeCame"],
  );
});

test("a page that is refused without a word says so", () => {
  const { heard } = ((page) => {
    page.network.latest.serverCloses(4403);
    return page;
  })(pairing(null));
  assert.equal(heard[0]?.[0], "refused");
});

test("a server that cannot be reached is said to be away until it answers", async () => {
  const { clock, network, heard } = pairing(null);
  for (let attempt = 0; attempt < 4; attempt += 1) {
    network.latest.serverCloses(1006);
    clock.advance(1000);
  }
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, [["awayChanged", true]]);
  network.latest.serverOpens();
  network.latest.serverSends(shown);
  assert.deepEqual(heard.at(-2), ["awayChanged", false]);
});

test("a connection that the page ended does not come back", () => {
  const { clock, network, connection } = pairing(null);
  network.latest.serverSends(shown);
  connection.close();
  network.latest.serverCloses(1000);
  connection.wake();
  clock.advance(600_000);
  assert.equal(network.sockets.length, 1);
});

test("a page of a scene asks for a code, and shows the one that comes", () => {
  const page = makeConnectedPage({ revision: 7 });
  page.connection.requestCode();
  assert.deepEqual(page.network.latest.sent.at(-1), { type: "requestPairingCode" });
  page.network.latest.serverSends({ type: "pairingCode", code: "K7M-2PQ", validForSeconds: 600 });
  assert.equal(page.heard("codeCame")[0].code, "K7M-2PQ");
});
