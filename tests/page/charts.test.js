/** Charts as they are laid out: every text in the box, none on another, numbers as people write them. */

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Box3, Mesh } from "three";
import { Ruler } from "../../static/js/scene/charts/labels.js";
import { scaleOf, writerOf } from "../../static/js/scene/charts/numbers.js";
import { seriesColor } from "../../static/js/scene/charts/palette.js";
import { planOf } from "../../static/js/scene/charts/plans.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";
import { layOut, loadedLetters, loadLetters } from "../../static/js/scene/objects/lettering.js";
import { shapesOf } from "../../static/js/scene/objects/text_geometry.js";

/**
 * @import { ChartRow, Entity } from "../../static/js/document/schema.js"
 * @import { Plan, Text } from "../../static/js/scene/charts/plan.js"
 * @import { Lettering } from "../../static/js/scene/objects/late_parts.js"
 */

/** @type {[number, number, number]} */
const SIZE = [1.6, 1, 0.24];
/** How far texts may be out of the box, or into each other: less than is seen. */
const HAIR = 0.002;
const QUARTERS = ["Q1", "Q2", "Q3", "Q4"];
const DAYS = Array.from({ length: 500 }, (_, day) =>
  new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10),
);
const LONG = "A label that is much longer than anybody would read below a bar";

/** @type {Lettering} */
let lettering;
before(async () => {
  await loadLetters();
  const letters = loadedLetters();
  assert.ok(letters);
  lettering = { letters, layOut, shapesOf };
});

/** @type {(labels: string[], value: (at: number) => number, series?: string) => ChartRow[]} */
const rowsOf = (labels, value, series) =>
  labels.map((label, at) => ({ label, value: value(at), ...(series && { series }) }));

/** @type {Record<string, Partial<Entity>>} */
const TABLES = {
  quarters: { rows: rowsOf(QUARTERS, (at) => 90 + 40 * at) },
  negatives: { rows: rowsOf(QUARTERS, (at) => 3e6 * (at - 2) + 1) },
  zeros: { rows: rowsOf(QUARTERS, () => 0) },
  one: { rows: [{ label: "Only", value: 1_234_567 }] },
  nameless: { rows: [{ value: 1 }, { value: 2 }] },
  days: { rows: rowsOf(DAYS, (at) => 1000 + 900 * Math.sin(at / 30)) },
  long: {
    rows: rowsOf(
      Array.from({ length: 9 }, (_, at) => `${LONG} ${at}`),
      (at) => at + 1,
    ),
  },
  many: {
    rows: ["North", "South", "East", "West"].flatMap((name, at) =>
      rowsOf(QUARTERS, (quarter) => 10 * at + quarter, name),
    ),
  },
  worded: {
    rows: rowsOf(QUARTERS, (at) => at),
    title: `${LONG}. ${LONG}`,
    xTitle: "Quarter",
    yTitle: "thousand EUR",
  },
};

/** @type {(chart: string, members: Partial<Entity>, size?: [number, number, number]) => Plan} */
const planned = (chart, members, size = SIZE) =>
  planOf(/** @type {any} */ ({ kind: "chart", chart, ...members }), lettering, size);

/** @param {Text} text @returns {[left: number, low: number, right: number, high: number]} */
function boxOf({ text, at: [x, y], capital, across, up, shift = [0, 0], isTurned }) {
  const wide = new Ruler(lettering).width(text, capital);
  if (isTurned) return [x - wide * 0.77, y - wide * 0.65 - capital, x, y];
  const left = x + shift[0] - ((1 - across) / 2) * wide;
  const low = y + shift[1] - ((1 - up) / 2) * capital;
  return [left, low, left + wide, low + capital];
}

test("every text is in the box of its chart, and upright ones are not on each other", () => {
  const cases = ["bars", "stacked_bars", "lines", "areas"].flatMap((chart) =>
    Object.entries(TABLES).map(([name, members]) => /** @type {const} */ ([chart, name, members])),
  );
  cases.push(["pie", "quarters", /** @type {Entity} */ (TABLES.quarters)]);
  cases.push(["pie", "long", /** @type {Entity} */ (TABLES.long)]);
  for (const [chart, name, members] of cases) {
    const { texts } = planned(chart, members);
    const boxes = texts.map(boxOf);
    assert.ok(texts.length > 0);
    for (const [at, [left, low, right, high]] of boxes.entries()) {
      const words = `${chart} ${name}: ${texts[at]?.text}`;
      assert.ok(left > -SIZE[0] / 2 - HAIR && right < SIZE[0] / 2 + HAIR, words);
      assert.ok(low > -SIZE[1] / 2 - HAIR && high < SIZE[1] / 2 + HAIR, words);
      for (const [other, [l, b, r, t]] of boxes.slice(0, at).entries()) {
        if (texts[at]?.isTurned || texts[at]?.behind.startsWith("#")) continue;
        const apart = left > r - HAIR || l > right - HAIR || low > t - HAIR || b > high - HAIR;
        assert.ok(apart, `${words} is on ${texts[other]?.text}`);
      }
    }
  }
});

test("the marks of every kind stay in the box, whatever the values are", () => {
  for (const chart of ["bars", "stacked_bars", "lines", "areas"]) {
    for (const [name, members] of Object.entries(TABLES)) {
      const plan = planned(chart, members);
      const heights = [
        ...plan.blocks.flatMap(({ from, to }) => [from[1], to[1]]),
        ...plan.balls.map(({ at }) => at[1]),
        ...plan.bands.flatMap(({ ends }) => ends.flatMap(({ low, high }) => [low, high])),
      ];
      for (const height of heights)
        assert.ok(Math.abs(height) < SIZE[1] / 2 + HAIR, `${chart} ${name}`);
    }
  }
});

test("values of few bars are written, those of many are told by the axis", () => {
  const texts = planned("bars", TABLES.quarters ?? {}).texts.map(({ text }) => text);
  for (const value of ["90", "130", "170", "210"]) assert.ok(texts.includes(value), value);
  const many = planned("bars", TABLES.days ?? {});
  assert.equal(many.blocks.length, 501); // the base is one
  const dates = many.texts.map(({ text }) => text).filter((text) => text.startsWith("202"));
  assert.ok(dates.length >= 4 && dates.length <= 12, `${dates.length}`);
  assert.deepEqual(dates, [...dates].sort());
  assert.equal(dates[0], "2025-01-01");
});

test("bars begin at zero, and go down below it", () => {
  const { blocks, lines } = planned("bars", TABLES.negatives ?? {});
  const zero = Math.max(...lines.map(({ strength }) => strength));
  const y = lines.find(({ strength }) => strength === zero)?.from[1] ?? Number.NaN;
  const [, first, second, third] = blocks;
  assert.ok(first && second && third);
  for (const bar of [first, second]) assert.ok(Math.abs(bar.to[1] - y) < HAIR);
  assert.ok(first.from[1] < second.from[1] && Math.abs(third.from[1] - y) < HAIR);
});

test("a gap in a line has nothing to lead over it", () => {
  const rows = [
    ...rowsOf(["a", "b", "c"], () => 1, "all"),
    { label: "a", value: 2, series: "some" },
  ];
  const plan = planned("lines", { rows: [...rows, { label: "c", value: 2, series: "some" }] });
  assert.equal(plan.rods.length, 2);
  assert.equal(plan.balls.length, 5);
});

test("ticks are round numbers around the values", () => {
  assert.deepEqual(scaleOf([3, 190]).ticks, [0, 50, 100, 150, 200]);
  assert.deepEqual(scaleOf([-3, 8]).ticks, [-4, -2, 0, 2, 4, 6, 8]);
  assert.deepEqual(scaleOf([0, 0]).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  assert.deepEqual(scaleOf([101, 103], { fromZero: false }).ticks, [101, 101.5, 102, 102.5, 103]);
  const tiny = scaleOf([1e-9, 3e-9]).ticks;
  assert.ok(tiny.length > 2 && tiny.length < 9);
});

test("numbers are grouped, and large ones have a unit", () => {
  const plain = writerOf([1200]);
  assert.deepEqual([0, 1200, -0.5, 1234.56].map(plain), ["0", "1,200", "\u22120.5", "1,235"]);
  const large = writerOf([1.2e6]);
  assert.deepEqual([1.2e6, 340_000, 2.5e9].map(large), ["1.2 M", "340 k", "2.5 B"]);
  assert.equal(writerOf([1e-6])(1e-6), "1e\u22126");
});

test("series have colors of their own, the first one that which was asked for", () => {
  const colors = Array.from({ length: 24 }, (_, at) => seriesColor(at));
  assert.equal(new Set(colors).size, 24);
  assert.equal(seriesColor(0, "#ff0000"), "#ff0000");
});

test("a chart is drawn in its box, and once however often it is shown", async () => {
  /** @type {any} */
  const chart = {
    name: "c",
    kind: "chart",
    chart: "bars",
    position: [1, 2, 3],
    size: [3.2, 2, 0.5],
  };
  const all = new DrawnObjects();
  all.show({ o1: { ...chart, ...TABLES.worded, material: { color: "#ff0000" } } });
  assert.ok(all.isLacking);
  await all.complete();
  all.updateMatrixWorld(true);
  const drawn = /** @type {Mesh} */ (all.at("o1")?.children[0]);
  const { min, max } = new Box3().setFromObject(drawn, true);
  const fits = (/** @type {number[]} */ one, /** @type {number[]} */ other) =>
    one.every((value, axis) => value > (other[axis] ?? 0) - HAIR);
  assert.ok(fits(min.toArray(), [-0.6, 1, 2.75]), `${min.toArray()}`);
  assert.ok(fits([2.6, 3, 3.25], max.toArray()), `${max.toArray()}`);
  const { geometry, material } = drawn;
  const { color } = /** @type {any} */ (material);
  assert.equal(color.getHexString(), "ffffff"); // the color of its first series is in its corners
  all.show({
    o1: { ...chart, ...TABLES.worded, material: { color: "#ff0000" }, position: [0, 0, 0] },
  });
  assert.equal(drawn.geometry, geometry);
  all.show({ o1: { ...chart, ...TABLES.quarters } });
  const other = /** @type {Mesh} */ (all.at("o1")?.children[0]);
  assert.notEqual(other.geometry, geometry);
  assert.equal(other.children.filter((child) => child instanceof Mesh).length, 2);
  assert.equal(all.geometries, 1);
});
