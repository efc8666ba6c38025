/** What people drag, as other pages are told of it and show it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { OthersPreviews } from "../../static/js/edit/hands/others_previews.js";
import { PreviewSender } from "../../static/js/edit/hands/preview_sender.js";
import { FakeClock } from "./fakes.js";

/** @param {number} x @returns {any} */
const at = (x) => new Map([["o1", { position: [x, 0, 0], color: "#ff0000" }]]);
/** @param {number} x @returns {any} */
const placed = (x) => ({ o1: { position: [x, 0, 0] } });

function makeSender() {
  const clock = new FakeClock();
  /** @type {any[]} */
  const sent = [];
  const sender = new PreviewSender((message) => sent.push(message.objects), clock);
  return { clock, sender, sent };
}

test("a drag is told ten times a second at most, and its last place in any case", () => {
  const { clock, sender, sent } = makeSender();
  for (let step = 0; step < 10; step++) {
    sender.moved(at(step));
    clock.advance(40);
  }
  clock.advance(100);
  assert.deepEqual(sent, [0, 2, 4, 7, 9].map(placed));
});

test("what is held still is told again, so that nobody forgets it", () => {
  const { clock, sender, sent } = makeSender();
  sender.moved(at(1));
  clock.advance(2500);
  assert.deepEqual(sent, [placed(1), placed(1), placed(1)]);
});

test("a drag that ends is told no more, and one that is taken back is told so once", () => {
  const { clock, sender, sent } = makeSender();
  sender.takenBack();
  sender.moved(at(1));
  sender.ended();
  clock.advance(3000);
  assert.deepEqual(sent, [placed(1)]);
  sender.moved(at(2));
  sender.takenBack();
  sender.takenBack();
  clock.advance(3000);
  assert.deepEqual(sent, [placed(1), placed(2), {}]);
});

/** @type {any} */
const OBJECTS = { o1: {}, o2: { locked: "Ada" }, o3: { parent: "o2" } };

function makeOthers() {
  const clock = new FakeClock();
  const log = { forgotten: 0 };
  const others = new OthersPreviews(clock, () => log.forgotten++);
  const shown = () => others.overrides.map((places) => Object.fromEntries(places));
  return { clock, others, log, shown };
}

test("what another page drags is shown until it is taken back or not heard of", () => {
  const { clock, others, log, shown } = makeOthers();
  others.heard({ source: "a", objects: placed(1) }, OBJECTS);
  others.heard({ source: "b", objects: placed(2) }, OBJECTS);
  others.heard({ source: "b", objects: placed(3) }, OBJECTS);
  assert.deepEqual(shown(), [placed(1), placed(3)]);
  others.heard({ source: "b", objects: {} }, OBJECTS);
  clock.advance(1500);
  others.heard({ source: "a", objects: placed(4) }, OBJECTS);
  clock.advance(1500);
  assert.deepEqual([shown(), log.forgotten], [[placed(4)], 0]);
  clock.advance(500);
  assert.deepEqual([shown(), log.forgotten], [[], 1]);
});

test("what has changed is where it is now", () => {
  const { clock, others, log, shown } = makeOthers();
  others.heard({ source: "a", objects: placed(1) }, OBJECTS);
  others.arrived(OBJECTS, { ...OBJECTS, o4: {} });
  assert.deepEqual(shown(), [placed(1)]);
  others.arrived(OBJECTS, { ...OBJECTS, o1: {} });
  assert.deepEqual(shown(), []);
  clock.advance(3000);
  assert.equal(log.forgotten, 0);
});

test("nothing is shown of what is locked, or is not in the scene", () => {
  const { others, shown } = makeOthers();
  /** @type {any} */
  const objects = Object.fromEntries(["o2", "o3", "o9"].map((id) => [id, { size: [1, 1, 1] }]));
  others.heard({ source: "a", objects }, OBJECTS);
  assert.deepEqual(shown(), []);
});
