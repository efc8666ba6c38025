import assert from "node:assert/strict";
import { test } from "node:test";
import { SceneState } from "../../static/js/document/state.js";
import { startDocument } from "./page.js";

/** @param {number} [revision] */
function makeState(revision = 0) {
  /** @type {any[]} */
  const shown = [];
  const state = new SceneState((document) => shown.push(document));
  state.load(startDocument(), revision);
  return { state, shown };
}

test("the start document that the server writes is one that the page reads", () => {
  const { state, shown } = makeState(12);
  assert.deepEqual(shown, [startDocument()]);
  assert.equal(state.revision, 12);
});

test("a patch makes new only what lies on its path", () => {
  const { state, shown } = makeState();
  state.apply([{ op: "replace", path: "/objects/o2/size", value: [2, 3] }], 1);
  const [before, after] = shown;
  assert.deepEqual(after.objects.o2.size, [2, 3]);
  assert.deepEqual(before, startDocument());
  assert.equal(after.objects.o3, before.objects.o3);
  assert.equal(after.environment, before.environment);
  assert.notEqual(after.objects.o2, before.objects.o2);
});

test("the same scene sent again leaves every part untouched, so that the view stays", () => {
  const { state, shown } = makeState();
  const again = startDocument();
  again.objects.o1.material.color = "#008688";
  state.load(again, 9);
  const [before, after] = shown;
  assert.equal(after.objects.o1.material.color, "#008688");
  assert.equal(after.objects.o4, before.objects.o4);
  assert.equal(after.environment, before.environment);
});

/** @type {[string, string, unknown, RegExp][]} */
const BROKEN = [
  ["a colour name", "/objects/o1/material/color", "teal", /o1\.material\.color is "teal"/],
  ["upper case", "/objects/o2/color", "#FFFFFF", /scene\.objects\.o2\.color/],
  ["two numbers for three", "/objects/o1/size", [1, 1], /3 finite numbers/],
  ["a text for a number", "/objects/o4/fov", "32", /scene\.objects\.o4\.fov/],
  ["no number", "/environment/ambient", Number.NaN, /a finite number/],
  ["nothing for a light", "/objects/o3", null, /scene\.objects\.o3 is null/],
];
for (const [what, path, value, message] of BROKEN) {
  test(`a patch that leads to a broken scene changes nothing: ${what}`, () => {
    const { state, shown } = makeState(3);
    assert.throws(() => state.apply([{ op: "replace", path, value }], 4), message);
    assert.equal(state.revision, 3);
    assert.equal(shown.length, 1);
  });
}

test("members that a newer server adds are kept", () => {
  const { state, shown } = makeState();
  state.apply([{ op: "add", path: "/objects/o2/enabled", value: true }], 1);
  assert.equal(shown.at(-1).objects.o2.enabled, true);
});

test("a change before the scene is refused", () => {
  const state = new SceneState(() => assert.fail("nothing may be shown"));
  assert.throws(() => state.apply([], 1), /before the scene/);
  assert.equal(state.revision, null);
});
