import assert from "node:assert/strict";
import { test } from "node:test";
import { DocumentCheck } from "../../static/js/document/check.js";
import { patched } from "../../static/js/document/patch.js";
import { SCHEMA } from "../../static/js/document/schema.js";
import { SceneState } from "../../static/js/document/state.js";
import { startDocument } from "./page.js";

const check = new DocumentCheck(SCHEMA);
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
  before.objects.o1.tags = ["stone"];
  before.objects.o1.contact = { on: "o2" };
  before.objects.o5 = { name: "all", kind: "group", position: [0, 0, 0], parent: "o1" };
  before.environment.fog = { color: "#ffffff", near: 1, far: 9 };
  before.later = { newer: true };
  before.name = "Harbor at dusk";
  const added = ["/objects/new", "/objects/o1/visible", "/objects/o5/aim", "/objects/constructor"];
  const ways = [...pathsIn(before), "", "/constructor", ...added];
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

test("an object may be removed, the environment may not", () => {
  const state = new SceneState(() => {}, check);
  state.load(startDocument(), 0);
  state.apply([{ op: "remove", path: "/objects/o3" }], 1);
  assert.equal(state.revision, 1);
  assert.throws(() => state.apply([{ op: "remove", path: "/environment" }], 2), /environment is/);
});

/** @type {[string, string, unknown, boolean][]} */
const MEMBERS = [
  ["a point to aim at", "/objects/o2/aim", [0, 1, 0], true],
  ["an object to aim at", "/objects/o2/aim", "o1", true],
  ["a name to aim at", "/objects/o2/aim", "model", false],
  ["a place beyond the world", "/objects/o2/aim", [0, 20_000, 0], false],
  ["the world as the parent", "/objects/o1/parent", null, true],
  ["a parent that is no id", "/objects/o1/parent", "", false],
  ["a preset of a newer server", "/objects/o1/material/preset", "marble", true],
  ["a part of a material", "/objects/o1/material/roughness", "rough", false],
  ["a list for a material", "/objects/o1/material", [], false],
  ["no material", "/objects/o1/material", undefined, true],
  ["a kind of a newer server", "/objects/o1/kind", "cloud", false],
  ["what is no object", "/objects/o1/kind", "environment", false],
  ["three colors", "/environment/background", ["#ffffff", "#ffffff", "#ffffff"], false],
  ["two colors", "/environment/background", ["#ffffff", "#000000"], true],
  ["fog", "/environment/fog", { color: "#ffffff", near: 1, far: 9 }, true],
  [
    "fog that ends before it begins",
    "/environment/fog",
    { color: "#ffffff", near: 9, far: 1 },
    false,
  ],
  ["too many tags", "/objects/o1/tags", Array(17).fill("wheel"), false],
  ["a long name", "/objects/o1/name", "x".repeat(201), false],
  ["no camera", "/camera", null, true],
  ["a text for a number", "/next", "6", false],
  ["a light of three lengths", "/objects/o2/size", [1, 1, 1], false],
];
for (const [what, path, value, isRight] of MEMBERS) {
  test(`${isRight ? "accepted" : "refused"}: ${what}`, () => {
    const before = startDocument();
    before.objects.o1.parent = null;
    const step = value === undefined ? { op: "remove", path } : { op: "add", path, value };
    const { document } = patched(before, [step]);
    assert.equal(refusal(() => check.requireWhole(document)) === "", isRight);
  });
}

test("what a patch does not touch is not looked at again", () => {
  let looks = 0;
  const scene = startDocument();
  Object.defineProperty(scene.objects.o3, "color", {
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
  state.apply([{ op: "replace", path: "/objects/o2/color", value: "#008688" }], 1);
  state.apply([{ op: "replace", path: "/objects/o1/material/color", value: "#008688" }], 2);
  assert.equal(looks, atFirst);
});

test("two steps of one patch that break and mend an entity are one change", () => {
  const state = new SceneState(() => {});
  state.load(startDocument(), 0);
  const patch = [
    { op: "remove", path: "/objects/o1/material/color" },
    { op: "add", path: "/objects/o1/material/color", value: "#008688" },
  ];
  state.apply(patch, 1);
  assert.equal(state.document?.objects.o1?.material?.color, "#008688");
});

test("a schema that names what the page does not know is refused as a whole", () => {
  const odd = { ...SCHEMA, kinds: { ...SCHEMA.kinds, group: { name: "text", color: "smell" } } };
  assert.throws(() => new DocumentCheck(odd), /smell/);
  const nowhere = { ...SCHEMA, places: { ...SCHEMA.places, environment: "mode1" } };
  assert.throws(() => new DocumentCheck(nowhere), /mode1/);
});
