import assert from "node:assert/strict";
import { test } from "node:test";
import { DocumentCheck } from "../../static/js/document/check.js";
import { patched } from "../../static/js/document/patch.js";
import { SCHEMA } from "../../static/js/document/schema.js";
import { SceneState } from "../../static/js/document/state.js";
import { startDocument } from "./page.js";

/** A document with any number of lights beside the two that must be there. */
const MANY = {
  ...SCHEMA,
  places: { ...SCHEMA.places, lights: { key: "light", fill: "light", "*": "light" } },
};
const check = new DocumentCheck(MANY);
const VALUES = [undefined, null, true, 1, -1, "x", "#008688", [], [1, 2], [1, 2, 3], {}];

/** @param {() => void} require */
function refusal(require) {
  try {
    require();
    return "";
  } catch (error) {
    return String(error);
  }
}

/**
 * @param {any} node
 * @param {string} path
 * @returns {string[]} of all members in it, however deep
 */
function pathsIn(node, path = "") {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return [];
  return Object.keys(node).flatMap((key) => [
    `${path}/${key}`,
    ...pathsIn(node[key], `${path}/${key}`),
  ]);
}

test("what a patch has touched is refused exactly where the whole would be, in the same words", () => {
  const before = startDocument();
  before.lights.rim = { ...before.lights.key };
  before.later = { newer: true };
  const ways = [...pathsIn(before), "", "/lights/new", "/constructor", "/lights/constructor"];
  let refused = 0;
  for (const path of ways) {
    for (const value of VALUES) {
      const existing = pathsIn(before).includes(path);
      if (value === undefined && !existing) continue;
      const step = value === undefined ? { op: "remove", path } : { op: "add", path, value };
      const { document, paths } = patched(before, [step]);
      const whole = refusal(() => check.requireWhole(document));
      assert.equal(
        refusal(() => check.requireTouched(document, paths)),
        whole,
        JSON.stringify(step),
      );
      if (whole !== "") refused++;
    }
  }
  assert.ok(refused > 300, String(refused));
});

test("an entity of a map with any names may be removed, one that is named may not", () => {
  const before = startDocument();
  before.lights.rim = before.lights.key;
  const state = new SceneState(() => {}, check);
  state.load(before, 0);
  state.apply([{ op: "remove", path: "/lights/rim" }], 1);
  assert.equal(state.revision, 1);
  assert.throws(() => state.apply([{ op: "remove", path: "/lights/key" }], 2), /lights\.key is/);
});

test("what a patch does not touch is not looked at again", () => {
  let looks = 0;
  const scene = startDocument();
  Object.defineProperty(scene.lights.fill, "color", {
    enumerable: true,
    get() {
      looks++;
      return "#ffffff";
    },
  });
  const state = new SceneState(() => {});
  state.load(scene, 0);
  const atFirst = looks;
  assert.ok(atFirst > 0);
  state.apply([{ op: "replace", path: "/lights/key/color", value: "#008688" }], 1);
  state.apply([{ op: "replace", path: "/model/color", value: "#008688" }], 2);
  assert.equal(looks, atFirst);
});

test("two steps of one patch that break and mend an entity are one change", () => {
  const state = new SceneState(() => {});
  state.load(startDocument(), 0);
  const patch = [
    { op: "remove", path: "/model/color" },
    { op: "add", path: "/model/color", value: "#008688" },
  ];
  state.apply(patch, 1);
  assert.equal(state.document?.model.color, "#008688");
});

test("a schema that names what the page does not know is refused as a whole", () => {
  const odd = { ...SCHEMA, kinds: { ...SCHEMA.kinds, model: { color: "smell" } } };
  assert.throws(() => new DocumentCheck(odd), /smell/);
  const nowhere = { ...SCHEMA, places: { ...SCHEMA.places, model: "mode1" } };
  assert.throws(() => new DocumentCheck(nowhere), /mode1/);
});
