/**
 * What patches cost the page in a scene of thousands of entities: milliseconds of processor time.
 *
 *     node bench/edits.mjs ENTITIES ADDED
 */

import { readFileSync } from "node:fs";
import { DocumentCheck } from "../static/js/document/check.js";
import { SCHEMA } from "../static/js/document/schema.js";
import { SceneState } from "../static/js/document/state.js";

const START = new URL("../tests/fixtures/scene_v2.json", import.meta.url);
const TURNS = 15;
const ENTITIES = Number(process.argv[2]);
const ADDED = Number(process.argv[3]);
const check = new DocumentCheck(SCHEMA);

/** @param {number} i */
const box = (i) => ({
  name: `box ${i}`,
  kind: "box",
  position: [i % 50, 0.5, Math.floor(i / 50)],
  size: [0.4, 1, 0.4],
  material: { color: "#008688" },
});

/** @param {number} count */
function sceneOf(count) {
  const scene = JSON.parse(readFileSync(START, "utf8"));
  for (let i = 0; i < count; i++) scene.objects[`o${i + 5}`] = box(i);
  return scene;
}

/** @param {() => void} work */
function cpuMs(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const adds = Array.from({ length: ADDED }, (_, i) => ({
  op: "add",
  path: `/objects/o${ENTITIES + 5 + i}`,
  value: box(i),
}));
const text = JSON.stringify(sceneOf(ENTITIES));
/** @type {Record<string, number[]>} */
const costs = {
  load_ms: [],
  adds_in_one_patch_ms: [],
  adds_one_by_one_ms: [],
  change_of_one_ms: [],
};
for (let turn = 0; turn < TURNS; turn++) {
  const state = new SceneState(() => {}, check);
  const scene = JSON.parse(text);
  costs.load_ms?.push(cpuMs(() => state.load(scene, 0)));
  costs.adds_in_one_patch_ms?.push(cpuMs(() => state.apply(adds, 1)));
  state.load(JSON.parse(text), 0);
  costs.adds_one_by_one_ms?.push(
    cpuMs(() => {
      for (const step of adds) state.apply([step], 1);
    }),
  );
  state.load(JSON.parse(text), 0);
  const [place, times] = ["/objects/o7/rotation", 100];
  const changes = cpuMs(() => {
    for (let i = 0; i < times; i++) state.apply([{ op: "add", path: place, value: [0, i, 0] }], 1);
  });
  costs.change_of_one_ms?.push(changes / times);
}
const figures = Object.entries(costs).map(([name, [first = 0, ...later]]) => {
  later.sort((a, b) => a - b);
  const median = later[later.length >> 1] ?? 0;
  return [name, { first: Number(first.toFixed(3)), median: Number(median.toFixed(3)) }];
});
console.log(JSON.stringify(Object.fromEntries(figures)));
