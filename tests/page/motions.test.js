/** Where things that move are at a moment, and when there is nothing to draw anew. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Vector3 } from "three";
import { Motions } from "../../static/js/scene/motion/motions.js";
import { AT_REST, atServerTime, sinceEachStart } from "../../static/js/scene/motion/progress.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

/**
 * @import { Animation, Entity, Motion } from "../../static/js/document/schema.js"
 * @import { Moment } from "../../static/js/scene/motion/progress.js"
 */

const START = 1_800_000_000;

/** @type {(members: Partial<Entity>) => Entity} */
const solid = (members) => ({
  name: "thing",
  kind: "box",
  position: [0, 0, 0],
  size: [1, 1, 1],
  ...members,
});

/** @type {(members: Partial<Motion>) => Motion} */
const motion = (members) => ({ start: START, period: 4, ...members });

/** @param {Record<string, Entity>} objects */
function shown(objects) {
  const all = new DrawnObjects();
  const motions = new Motions(all);
  const show = (/** @type {Record<string, Entity>} */ changed) => {
    all.show(changed);
    motions.show(changed, null);
  };
  show(objects);
  const at = (/** @type {string} */ id) => {
    const object = all.at(id);
    assert.ok(object);
    all.updateMatrixWorld(true);
    return object;
  };
  const round = (/** @type {number} */ value) => Math.round(value * 1e6) / 1e6 + 0;
  return {
    motions,
    show,
    /** @type {(moment: Moment, id?: string) => number[]} */
    place: (moment, id = "o1") => {
      motions.place(moment);
      return at(id).getWorldPosition(new Vector3()).toArray().map(round);
    },
    /** Where the point right of its middle is, 1 m away. @type {(moment: Moment) => number[]} */
    right: (moment) => {
      motions.place(moment);
      return at("o1")
        .localToWorld(new Vector3(1, 0, 0))
        .toArray()
        .map(round);
    },
  };
}

/** @param {Animation} animation @param {Partial<Entity>} [members] */
const moving = (animation, members = {}) => shown({ o1: solid({ animation, ...members }) });

test("what spins turns about its own axis, counterclockwise as seen from its end", () => {
  const { right } = moving({ spin: motion({ amount: 360 }) });
  assert.deepEqual(right(sinceEachStart(0)), [1, 0, 0]);
  assert.deepEqual(right(sinceEachStart(1)), [0, 0, -1]);
  assert.deepEqual(right(sinceEachStart(2)), [-1, 0, 0]);
  assert.deepEqual(right(atServerTime(START + 5)), [0, 0, -1]);
});

test("a door turns about its left edge, and stays open after it was opened once", () => {
  const spin = motion({ amount: 90, pivot: [-0.5, 0, 0], times: 1, period: 2 });
  const { motions, place } = moving({ spin });
  assert.deepEqual(place(sinceEachStart(2)), [-0.5, 0, -0.5]);
  assert.deepEqual(place(sinceEachStart(100)), [-0.5, 0, -0.5]);
  assert.equal(motions.untilMoves(sinceEachStart(1.9)), 0);
  assert.equal(motions.untilMoves(sinceEachStart(2)), Number.POSITIVE_INFINITY);
});

test("a moon goes round an earth that goes round a sun, and each keeps its distance", () => {
  const { place } = shown({
    o3: solid({
      position: [12, 0, 0],
      animation: { orbit: motion({ around: "o2", amount: 360, period: 1 }) },
    }),
    o2: solid({
      position: [10, 0, 0],
      animation: { orbit: motion({ around: "o1", amount: 360 }) },
    }),
    o1: solid({}),
  });
  assert.deepEqual(place(sinceEachStart(0), "o3"), [12, 0, 0]);
  assert.deepEqual(place(sinceEachStart(1), "o2"), [0, 0, -10]);
  assert.deepEqual(place(sinceEachStart(1), "o3"), [2, 0, -10]);
  assert.deepEqual(place(sinceEachStart(1.25), "o3"), [-3.826834, 0, -11.238795]);
});

test("children follow their parents", () => {
  const { place } = shown({
    o1: solid({ position: [1, 0, 0], parent: "o2" }),
    o2: {
      name: "arm",
      kind: "group",
      position: [5, 0, 0],
      animation: { spin: motion({ amount: 360 }) },
    },
  });
  assert.deepEqual(place(sinceEachStart(1)), [5, 0, -1]);
});

test("what bounces leaves its place and is back after each period; what floats never sinks below it", () => {
  const bounce = moving({ bounce: motion({ amount: 2 }) });
  assert.deepEqual(
    [0, 1, 2, 4].map((at) => bounce.place(sinceEachStart(at))[1]),
    [0, 1.5, 2, 0],
  );
  const float = moving({ float: motion({ amount: 2 }) });
  assert.deepEqual(
    [0, 1, 2, 4].map((at) => float.place(sinceEachStart(at))[1]),
    [0, 1, 2, 0],
  );
});

test("what pulses grows about its base", () => {
  const { place, right } = moving({ pulse: motion({ amount: 1, pivot: [0, -0.5, 0] }) });
  assert.deepEqual(place(sinceEachStart(2)), [0, 0.5, 0]);
  assert.deepEqual(right(sinceEachStart(2)), [2, 0.5, 0]);
});

test("a path leads from the place through all points, and its front looks ahead", () => {
  const points = /** @type {[number, number, number][]} */ ([[0, 0, 4]]);
  const there = moving({ path: motion({ points, times: 1 }) });
  assert.deepEqual(there.place(sinceEachStart(1)), [0, 0, 1]);
  assert.deepEqual(there.place(sinceEachStart(9)), [0, 0, 4]);
  const aside = moving({ path: motion({ points: [[4, 0, 0]], times: 1 }) });
  // Its front looks to +x, so its right side is in front of where it was.
  assert.deepEqual(aside.right(sinceEachStart(2)), [2, 0, -1]);
  const back = moving({ path: motion({ points, loop: "back_and_forth", period: 8 }) });
  assert.deepEqual(back.place(sinceEachStart(6)), [0, 0, 2]);
  assert.deepEqual(back.right(sinceEachStart(6)), [-1, 0, 2]);
});

test("keyframes are reached at their times, each member by itself, from rest on", () => {
  const keyframes = motion({
    period: 4,
    frames: [
      { time: 2, position: [0, 2, 0] },
      { time: 4, rotation: [0, 180, 0], scale: 3 },
    ],
  });
  const { place, right } = moving({ keyframes }, { rotation: [0, 350, 0] });
  assert.deepEqual(place(sinceEachStart(1)), [0, 1, 0]);
  assert.deepEqual(place(sinceEachStart(3)), [0, 2, 0]);
  // From 350 degrees, which is -10, to 180: half way it is 85.
  const half = [Math.cos((85 * Math.PI) / 180), 0, -Math.sin((85 * Math.PI) / 180)];
  const seen = right(sinceEachStart(2)).map((value, index) => value - (index === 1 ? 2 : 0));
  assert.deepEqual(
    seen,
    half.map((value) => Math.round(2 * value * 1e6) / 1e6),
  );
});

test("before its start a thing is at rest, and says when it begins", () => {
  const { motions, place } = moving({ float: motion({ amount: 1 }) });
  assert.deepEqual(place(atServerTime(START - 3)), [0, 0, 0]);
  assert.equal(motions.untilMoves(atServerTime(START - 3)), 3);
  assert.equal(motions.untilMoves(atServerTime(START)), 0);
});

test("at rest is where what is over has ended, and where all else begins", () => {
  assert.deepEqual(moving({ float: motion({ amount: 1 }) }).place(AT_REST), [0, 0, 0]);
  const path = motion({ points: [[0, 0, 4]], times: 1 });
  assert.deepEqual(moving({ path }).place(AT_REST), [0, 0, 4]);
});

test("what is hidden, or a camera that nobody looks through, needs no frames", () => {
  const animation = { spin: motion({ amount: 360 }) };
  const now = sinceEachStart(1);
  const hidden = shown({
    o1: { name: "shelf", kind: "group", position: [0, 0, 0], visible: false },
    o2: solid({ parent: "o1", animation }),
  });
  assert.equal(hidden.motions.untilMoves(now), Number.POSITIVE_INFINITY);
  const camera = {
    name: "camera",
    kind: "camera",
    position: /** @type {[number, number, number]} */ ([0, 0, 3]),
  };
  const all = new DrawnObjects();
  const motions = new Motions(all);
  const objects = { o1: { ...camera, animation: { orbit: motion({ amount: 360 }) } } };
  all.show(objects);
  motions.show(objects, "o2");
  assert.equal(motions.untilMoves(now), Number.POSITIVE_INFINITY);
  motions.show(objects, "o1");
  assert.equal(motions.untilMoves(now), 0);
});

test("what is stopped is at rest again, with its own size, and other changes disturb nothing", () => {
  const animation = { pulse: motion({ amount: 1 }), float: motion({ amount: 1 }) };
  const still = solid({ position: [3, 0, 0] });
  const both = shown({ o1: solid({ animation }), o2: still });
  assert.deepEqual(both.right(sinceEachStart(2)), [2, 1, 0]);
  both.show({ o1: solid({}), o2: still });
  assert.equal(both.motions.size, 0);
  assert.deepEqual(both.right(sinceEachStart(2)), [1, 0, 0]);
});

test("a ring of things that carry one another ends somewhere", () => {
  const { place } = shown({
    o1: solid({ position: [1, 0, 0], animation: { orbit: motion({ around: "o2", amount: 360 }) } }),
    o2: solid({ position: [2, 0, 0], animation: { orbit: motion({ around: "o1", amount: 360 }) } }),
  });
  assert.ok(place(sinceEachStart(1)).every(Number.isFinite));
});
