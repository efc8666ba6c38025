/** What a page may do by its role, and what its owner asks of links for others. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ShareRequests } from "../../static/js/net/share_requests.js";
import { refusalWords } from "../../static/js/ui/connection_words.js";
import { Rights } from "../../static/js/ui/rights.js";
import { shareWords, usedWords } from "../../static/js/ui/share_words.js";

const SHARE = {
  id: 7,
  role: "viewer",
  name: "",
  madeAt: "2026-12-01T09:00:00+00:00",
  expiresAt: null,
  usedAt: null,
};
const NOW = Date.parse("2026-12-01T10:00:00Z") / 1000;

/** @param {string} role */
const rightsOf = (role) => new Rights({ dataset: { role } });

test("a page offers what its role allows, and nothing for a role that it does not know", () => {
  const offered = ["owner", "editor", "viewer", "guest"].map((role) => {
    const rights = rightsOf("owner");
    rights.take(role);
    return [rights.mayEdit, rights.mayShare];
  });
  assert.deepEqual(offered, [
    [true, true],
    [true, false],
    [false, false],
    [false, false],
  ]);
  assert.equal(new Rights({ dataset: {} }).mayEdit, false);
});

/** @param {unknown[]} sent */
function requests(sent) {
  let count = 0;
  const shares = new ShareRequests({
    send: (message) => sent.push(message),
    newId: () => `request-${++count}`,
  });
  shares.connectionChanged({ name: "connected" });
  return shares;
}

test("each answer goes to the request that it answers", async () => {
  /** @type {unknown[]} */
  const sent = [];
  const shares = requests(sent);
  const [list, revoke] = [shares.ask("list"), shares.ask("revoke", { id: 7 })];
  assert.deepEqual(sent, [
    { type: "shareRequest", requestId: "request-1", action: "list" },
    { type: "shareRequest", requestId: "request-2", action: "revoke", id: 7 },
  ]);
  shares.refused({ requestId: "request-2", code: "not_found", message: "Gone." });
  shares.answered({ requestId: "request-1", shares: [SHARE] });
  assert.deepEqual(await list, { shares: [SHARE] });
  assert.deepEqual(await revoke, { problem: "Gone." });
});

test("what is asked over a lost connection, or without one, is not answered later", async () => {
  const shares = requests([]);
  const lost = shares.ask("list");
  shares.connectionChanged({ name: "reconnecting" });
  assert.ok("problem" in (await lost));
  assert.ok("problem" in (await shares.ask("list")));
});

test("a link is listed with its name, its role, its use and its end", () => {
  assert.equal(shareWords(SHARE), "May look");
  assert.equal(shareWords({ ...SHARE, name: "Ann", role: "editor" }), "Ann · May edit");
  assert.equal(usedWords(SHARE, NOW), "Not used yet");
  const used = { ...SHARE, usedAt: "2026-12-01T09:30:00Z" };
  assert.equal(usedWords(used, NOW), "Used 30 min. ago");
  const ends = { ...used, expiresAt: "2026-12-03T10:00:00Z" };
  assert.equal(usedWords(ends, NOW), "Used 30 min. ago · Ends in 2 days");
  assert.equal(usedWords({ ...SHARE, expiresAt: SHARE.madeAt }, NOW), "Not used yet · Ended");
});

test("a link for others that opens nothing says so, with one way on", () => {
  const { title, wayOn } = refusalWords(4404, { byShare: true });
  assert.deepEqual([title, wayOn], ["This link opens no scene", "home"]);
  assert.equal(refusalWords(4404).wayOn, "start");
  assert.equal(refusalWords(4411, { byShare: true }).wayOn, "reload");
});
