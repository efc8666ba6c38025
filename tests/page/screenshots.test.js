import assert from "node:assert/strict";
import { test } from "node:test";
import { RevisionWaits } from "../../static/js/document/revision_waits.js";
import { allowedSize, fittingJpeg } from "../../static/js/ui/jpeg.js";
import { FakeClock } from "./fakes.js";

/** @import { Encode } from "../../static/js/ui/jpeg.js" */

const MOST_CHARACTERS = 240_000;
const FULL = { width: 1280, height: 720 };

function makeWaits() {
  const clock = new FakeClock();
  const revisions = new RevisionWaits(clock);
  const request = new AbortController();
  /** @type {[number, boolean][]} */
  const ended = [];
  /** @type {(revision: number, withinMs: number) => void} */
  const wait = (revision, withinMs) => {
    revisions
      .reached(revision, withinMs, request.signal)
      .then((reached) => ended.push([revision, reached]));
  };
  return { clock, revisions, request, ended, wait, settle: () => new Promise(setImmediate) };
}

test("what the scene has come to already is not waited for", async () => {
  const { revisions, ended, wait, settle } = makeWaits();
  revisions.applied(3);
  wait(2, 1000);
  wait(3, 1000);
  await settle();
  assert.deepEqual(ended, [
    [2, true],
    [3, true],
  ]);
});

test("a revision ends the waits for it and for those before, and no other", async () => {
  const { clock, revisions, ended, wait, settle } = makeWaits();
  for (const revision of [0, 4, 5, 6]) wait(revision, 1000);
  await settle();
  assert.deepEqual(ended, [], "before the first scene even revision 0 is waited for");
  revisions.applied(5);
  await settle();
  assert.deepEqual(ended, [
    [0, true],
    [4, true],
    [5, true],
  ]);
  clock.advance(1000);
  await settle();
  assert.deepEqual(ended.at(-1), [6, false]);
});

test("a wait ends when its time is over, and not before", async () => {
  const { clock, revisions, ended, wait, settle } = makeWaits();
  wait(1, 1000);
  clock.advance(999);
  await settle();
  assert.deepEqual(ended, []);
  clock.advance(1);
  revisions.applied(1);
  await settle();
  assert.deepEqual(ended, [[1, false]]);
});

test("a wait that nobody needs any more ends at once", async () => {
  const { request, ended, wait, settle } = makeWaits();
  wait(1, 60_000);
  request.abort();
  await settle();
  assert.deepEqual(ended, [[1, false]]);
});

test("no more than 64 wait at the same time, and each that ends makes room", async () => {
  const { clock, revisions, ended, wait, settle } = makeWaits();
  for (let count = 0; count < 65; count++) wait(1, 1000);
  await settle();
  assert.deepEqual(ended, [[1, false]]);
  clock.advance(1000);
  wait(2, 1000);
  revisions.applied(2);
  await settle();
  assert.equal(ended.length, 66);
  assert.deepEqual(ended.at(-1), [2, true]);
});

test("a size is taken as it is asked, up to 1280 on the longer side", () => {
  assert.deepEqual(allowedSize({ width: 960, height: 540 }), { width: 960, height: 540 });
  assert.deepEqual(allowedSize({ width: 2560, height: 1000 }), { width: 1280, height: 500 });
  assert.deepEqual(allowedSize({ width: 10, height: 9999 }), { width: 1, height: 1280 });
});

/**
 * An encoder whose pictures have `density` characters a pixel at full quality.
 *
 * @param {number} density
 */
function makeEncoder(density) {
  /** @type {{ width: number, height: number, quality: number }[]} */
  const tried = [];
  /** @type {Encode} */
  const encode = ({ width, height }, quality) => {
    tried.push({ width, height, quality });
    const length = Math.round(density * quality * width * height);
    return "x".repeat(Math.min(length, MOST_CHARACTERS + 1));
  };
  return { tried, encode };
}

test("a picture that fits is encoded once, in the best quality", () => {
  const { tried, encode } = makeEncoder(0.1);
  const { data, ...size } = fittingJpeg(FULL, encode);
  assert.deepEqual(size, FULL);
  assert.deepEqual(tried, [{ ...FULL, quality: 0.92 }]);
  assert.equal(data.length, Math.round(0.1 * 0.92 * 1280 * 720));
});

test("what is too long loses quality before size", () => {
  const { tried, encode } = makeEncoder(0.35);
  const { data, ...size } = fittingJpeg(FULL, encode);
  assert.deepEqual(size, FULL);
  assert.ok(data.length <= MOST_CHARACTERS);
  assert.deepEqual(
    tried.map(({ quality }) => quality),
    [0.92, 0.8, 0.65],
  );
});

test("what is too long in the lowest quality is made smaller in the same shape", () => {
  const { tried, encode } = makeEncoder(2);
  const { data, width, height } = fittingJpeg(FULL, encode);
  assert.ok(data.length <= MOST_CHARACTERS && data.length > MOST_CHARACTERS / 2);
  assert.ok(width < 1280 && Math.abs(width / height - 16 / 9) < 0.01);
  const last = tried.at(-1);
  assert.deepEqual(last, { width, height, quality: 0.5 });
});

test("where nothing fits the search ends", () => {
  const { tried, encode } = makeEncoder(1e6);
  assert.throws(() => fittingJpeg(FULL, encode), /small enough/);
  assert.ok(tried.length < 40);
});
