/** Where the names of objects go in a picture. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { placedLabels } from "../../static/js/ui/label_places.js";

/** @import { Label, Rectangle } from "../../static/js/ui/label_places.js" */

const PICTURE = { width: 400, height: 240 };
const sizeOf = (/** @type {string} */ id) => ({ width: 8 * id.length + 8, height: 16 });

/**
 * @param {string} id
 * @param {[left: number, top: number, right: number, bottom: number]} seen
 */
const mark = (id, [left, top, right, bottom]) => ({
  id,
  left,
  top,
  right,
  bottom,
  x: Math.floor((left + right) / 2),
  y: Math.floor((top + bottom) / 2),
  pixels: (right - left) * (bottom - top),
});

/**
 * @param {Rectangle} one
 * @param {Rectangle} other
 */
const overlap = (one, other) =>
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;

/** @param {Label[]} labels */
function byId(labels) {
  return Object.fromEntries(labels.map((label) => [label.id, label]));
}

test("a name stands on what is large, and beside what is small with a line to it", () => {
  const [table, cup] = [mark("table", [50, 100, 300, 200]), mark("cup", [150, 80, 160, 100])];
  const labels = byId(placedLabels([table, cup], PICTURE, sizeOf));
  assert.equal(labels.table?.points, null);
  assert.deepEqual(labels.cup?.points, { x: 155, y: 90 });
  assert.ok(labels.cup && !overlap(labels.cup.place, cup));
  assert.ok(labels.table && labels.table.place.left > 50 && labels.table.place.right < 300);
});

test("no name covers another, what is taken, or reaches out of the picture", () => {
  const marks = Array.from({ length: 12 }, (_, index) => {
    const left = 10 + 30 * index;
    return mark(`thing ${index}`, [left, 10, left + 20, 24]);
  });
  const taken = { left: 6, top: 30, right: 80, bottom: 60 };
  const labels = placedLabels(marks, PICTURE, sizeOf, [taken]);
  assert.ok(labels.length >= 9, `${labels.length}`);
  for (const { place } of labels) {
    assert.ok(!overlap(place, taken));
    assert.ok(place.left >= 0 && place.top >= 0 && place.right <= 400 && place.bottom <= 240);
    assert.equal(labels.filter((other) => overlap(place, other.place)).length, 1);
  }
});

test("a small object is not hidden by the name of a larger one", () => {
  const wall = mark("wall", [0, 0, 400, 240]);
  const clock = mark("clock", [194, 112, 206, 128]);
  const labels = byId(placedLabels([wall, clock], PICTURE, sizeOf));
  assert.ok(labels.wall && !overlap(labels.wall.place, clock));
});

test("where there is no room, there is no name", () => {
  const tiny = { width: 40, height: 12 };
  assert.deepEqual(placedLabels([mark("elephant", [0, 0, 40, 12])], tiny, sizeOf), []);
});
