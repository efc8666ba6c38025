/** What the page takes the server's clock to be. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerClock } from "../../static/js/net/server_clock.js";
import { makePage, startDocument } from "./page.js";

const SERVER = 1_800_000_000;

/** A page's own clock, which nobody sets, beside a server's. */
function makeClocks() {
  const clocks = { seconds: 77 };
  const clock = new ServerClock(() => clocks.seconds * 1000);
  return {
    clock,
    /** @param {number} seconds */
    pass: (seconds) => {
      clocks.seconds += seconds;
    },
    /** @param {number} delay seconds that a message was on its way */
    hear: (delay) => clock.heard(SERVER + clocks.seconds - delay),
    off: () => Math.abs(clock.seconds - (SERVER + clocks.seconds)),
  };
}

test("a message that was delayed does not spoil what a faster one has said", () => {
  const { clock, pass, hear, off } = makeClocks();
  hear(0.01);
  pass(25);
  hear(3);
  assert.ok(off() < 0.0101);
  pass(25);
  hear(0.004);
  assert.ok(off() < 0.0041);
  assert.ok(Math.abs(clock.seconds - SERVER - 127) < 0.01);
});

test("a first message that was delayed is corrected by the next", () => {
  const { pass, hear, off } = makeClocks();
  hear(2);
  assert.ok(off() > 1.9);
  pass(25);
  hear(0.02);
  assert.ok(off() < 0.0201);
});

test("a page whose clock stood still while it slept is right with the next message", () => {
  const own = { ms: 5000 };
  const clock = new ServerClock(() => own.ms);
  clock.heard(SERVER);
  own.ms += 1000;
  clock.heard(SERVER + 3601);
  assert.equal(Math.round(clock.seconds), SERVER + 3601);
});

test("a server whose clock was set back is followed after eight messages, a new one at once", () => {
  const own = { ms: 0 };
  const clock = new ServerClock(() => own.ms);
  clock.heard(SERVER);
  for (let beat = 0; beat < 8; beat++) clock.heard(SERVER - 100);
  assert.equal(clock.seconds, SERVER - 100);
  clock.beginAnew();
  assert.equal(clock.seconds, SERVER - 100, "until it has said something, the old one counts");
  clock.heard(SERVER - 500);
  assert.equal(clock.seconds, SERVER - 500);
});

test("the connection tells the clock of registrations and heartbeats, and of its end", () => {
  const serverClock = new ServerClock(() => 0);
  const page = makePage({ serverClock });
  page.network.latest.serverOpens();
  const registered = { type: "sessionRegistered", revision: 0, scene: startDocument() };
  page.network.latest.serverSends({ ...registered, serverTime: 100 });
  assert.equal(serverClock.seconds, 100);
  page.network.latest.serverSends({ type: "heartbeat", revision: 0, serverTime: 101 });
  assert.equal(serverClock.seconds, 101);
  page.network.latest.serverCloses(1012);
  page.clock.advance(60_000);
  page.network.latest.serverOpens();
  page.network.latest.serverSends({ ...registered, serverTime: 50 });
  assert.equal(serverClock.seconds, 50);
});
