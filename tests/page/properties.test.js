import assert from "node:assert/strict";
import { test } from "node:test";
import {
  common,
  fieldsOf,
  kinds,
  MIXED,
  sharedFields,
  valueIn,
} from "../../static/js/edit/properties/fields.js";
import {
  argumentOf,
  foggier,
  foggy,
  HAS_FOG,
  surrounding,
  updating,
  viewing,
} from "../../static/js/edit/properties/operations.js";
import {
  aimText,
  numberText,
  parsedAim,
  parsedNumber,
  parsedTags,
  stepped,
} from "../../static/js/edit/properties/texts.js";
import { axisOf, hasLabel, labelOf } from "../../static/js/edit/words.js";

/** @import { Entity } from "../../static/js/document/schema.js" */

/** @type {Entity} */
const BOX = { kind: "box", name: "box", position: [1, 2, 3], size: [1, 1, 1] };
/** @type {Entity} */
const LAMP = { kind: "spot_light", name: "lamp", position: [1, 5, 3], color: "#ff0000" };
const membersOf = () => ({ color: "#c8ccd0", roughness: 0.18 });

/** @param {{ key: string }[]} fields */
const keysOf = (fields) => fields.map(({ key }) => key);

test("each kind has the fields of its members, and of its material, by the table of kinds", () => {
  const keys = keysOf(fieldsOf("box"));
  for (const key of ["name", "position", "rotation", "size", "material.preset", "material.color"]) {
    assert.ok(keys.includes(key), key);
  }
  assert.ok(!keys.includes("animation"));
  assert.ok(keysOf(fieldsOf("text")).includes("text"));
  const light = keysOf(fieldsOf("area_light"));
  assert.deepEqual(
    ["aim", "color", "intensity", "size", "fitted"].map((key) => light.includes(key)),
    [true, true, true, true, false],
  );
  assert.ok(!keysOf(fieldsOf("point_light")).includes("aim"));
  assert.deepEqual(fieldsOf("of a newer server"), []);
  const opacity = fieldsOf("box").find(({ key }) => key === "material.opacity");
  assert.deepEqual([opacity?.default, opacity?.min, opacity?.max], [1, 0, 1]);
});

test("each field has words for a person", () => {
  const missing = kinds().flatMap((kind) => {
    if (kind === "material") return [];
    const prefix = kind === "environment" ? "environment." : "";
    return keysOf(fieldsOf(kind)).filter((key) => !hasLabel(`${prefix}${key}`));
  });
  assert.deepEqual([...new Set(missing)], []);
  assert.deepEqual(
    [axisOf(labelOf("size"), 1, 3), axisOf(labelOf("size"), 0, 2), axisOf("Position", 1, 3)],
    ["h", "w", "y"],
  );
});

test("several have the fields that all of them have, but for the name", () => {
  assert.ok(keysOf(sharedFields([BOX])).includes("name"));
  assert.deepEqual(keysOf(sharedFields([BOX, LAMP])), ["position", "tags", "visible"]);
  assert.ok(keysOf(sharedFields([BOX, { ...BOX, kind: "cone" }])).includes("material.color"));
  assert.deepEqual(sharedFields([]), []);
});

test("a field shows what is stored, else what the object is without", () => {
  const field = (/** @type {string} */ key) => ({ key, type: "", default: "usual" });
  assert.deepEqual(valueIn(BOX, field("position"), membersOf), [1, 2, 3]);
  assert.equal(valueIn(BOX, field("visible"), membersOf), "usual");
  assert.equal(valueIn(BOX, field("material.preset"), membersOf), "usual");
  assert.equal(valueIn(BOX, field("material.roughness"), membersOf), 0.18);
});

test("values of several are one or mixed, of lists of numbers each by itself", () => {
  assert.equal(common([1, 1]), 1);
  assert.equal(common([1, 2]), MIXED);
  assert.deepEqual(common([BOX.position, LAMP.position]), [1, MIXED, 3]);
  assert.deepEqual(common([["a"], ["a"]]), ["a"]);
  assert.deepEqual(common([[0, 0, 0], "o3"]), [MIXED, MIXED, MIXED]);
});

test("an operation has absolute values, by the names of its arguments", () => {
  assert.deepEqual(
    ["name", "material.preset", "material.emissiveIntensity", "lightIntensity"].map(argumentOf),
    ["rename", "material", "emissive_intensity", "light_intensity"],
  );
  const given = new Map([
    ["o1", [9, 2, 3]],
    ["o2", [9, 5, 3]],
  ]);
  assert.deepEqual(updating("position", given), {
    name: "update_objects",
    arguments: {
      changes: [
        { target: "o1", position: [9, 2, 3] },
        { target: "o2", position: [9, 5, 3] },
      ],
    },
    values: { "o1.position": [9, 2, 3], "o2.position": [9, 5, 3] },
  });
  assert.deepEqual(surrounding("lightIntensity", 2), {
    name: "set_environment",
    arguments: { light_intensity: 2 },
    values: { "environment.lightIntensity": 2 },
  });
  assert.deepEqual(viewing("o4", 40).arguments, { fov: 40 });
});

test("fog is put on and off, and changed by its parts", () => {
  const fog = { color: "#ffffff", near: 1, far: 9 };
  assert.deepEqual([true, false].map(foggy), [
    { name: "set_environment", arguments: { fog: "on" }, values: { [HAS_FOG]: true } },
    { name: "set_environment", arguments: { fog: "none" }, values: { [HAS_FOG]: false } },
  ]);
  assert.deepEqual(foggier(fog, "near", 2), {
    name: "set_environment",
    arguments: { fog_near: 2 },
    values: { "environment.fog": { ...fog, near: 2 } },
  });
  assert.deepEqual(foggier(fog, "color", "red").arguments, { fog: "red" });
});

test("numbers are written short, and read with units and commas", () => {
  assert.deepEqual([0.500027, 2, -0.00001, MIXED].map(numberText), ["0.5", "2", "0", ""]);
  assert.deepEqual(["1,5", " -2 m", "90°", "1e2", "", "one", "1,2,3"].map(parsedNumber), [
    1.5,
    -2,
    90,
    100,
    null,
    null,
    null,
  ]);
});

test("arrow keys step within the range, ten times as far with Shift", () => {
  const by = { step: 0.1, isLarge: false };
  assert.equal(stepped(0.2, "ArrowUp", by), 0.3);
  assert.equal(stepped(1, "ArrowDown", { ...by, isLarge: true }), 0);
  assert.equal(stepped(0.95, "ArrowUp", { ...by, max: 1 }), 1);
  assert.equal(stepped(1, "Enter", by), null);
});

test("what a light looks at is a name or a point, tags are words with commas between", () => {
  assert.equal(aimText("o1", { o1: BOX }), "box");
  assert.equal(aimText([0, 0.32550001, 0], {}), "0, 0.326, 0");
  assert.equal(aimText([0, MIXED, 0], {}), "");
  assert.deepEqual(parsedAim("0, 1.5,2"), [0, 1.5, 2]);
  assert.equal(parsedAim(" box "), "box");
  assert.deepEqual(parsedTags("wheel, , front "), ["wheel", "front"]);
});
