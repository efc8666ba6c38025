import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { forgetScene, recentScenes, rememberScene } from "../../static/js/ui/recent_scenes.js";
import { sceneTitle } from "../../static/js/ui/scene_title.js";

const KEY = "hello3d.scenes";
const PICTURE = "data:image/jpeg;base64,AAAA";
/** @type {Map<string, string>} */
const items = new Map();
Object.defineProperty(globalThis, "localStorage", {
  value: {
    getItem: (/** @type {string} */ key) => items.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => items.set(key, value),
    removeItem: (/** @type {string} */ key) => items.delete(key),
  },
});
const id = (/** @type {number} */ number) =>
  `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

beforeEach(() => items.clear());

test("the last twelve scenes are kept, the latest first, each once", () => {
  for (let number = 0; number < 20; number += 1) {
    rememberScene({ id: id(number), name: `Scene ${number}`, picture: PICTURE });
  }
  rememberScene({ id: id(10), name: "Table", picture: "" });
  const kept = recentScenes();
  assert.equal(kept.length, 12);
  assert.deepEqual(kept[0], { id: id(10), name: "Table", picture: PICTURE });
  assert.equal(new Set(kept.map((scene) => scene.id)).size, 12);
  assert.equal(kept.at(-1)?.id, id(8));
});

test("one that is forgotten is gone, and with the last of them all that was stored", () => {
  for (const number of [1, 2]) rememberScene({ id: id(number), name: "Scene", picture: "" });
  forgetScene(id(1));
  assert.deepEqual(
    recentScenes().map((scene) => scene.id),
    [id(2)],
  );
  forgetScene(id(2));
  assert.equal(items.size, 0);
});

test("what is stored is bounded, and what others stored there does no harm", () => {
  const picture = `data:image/png;base64,${"A".repeat(40_000)}`;
  rememberScene({ id: id(1), name: "x".repeat(500), picture });
  assert.deepEqual(recentScenes(), [{ id: id(1), name: "x".repeat(80), picture: "" }]);
  const good = { id: id(2), name: "Scene", picture: "" };
  for (const bad of [
    null,
    7,
    { ...good, id: "javascript:alert(1)" },
    { ...good, name: 7 },
    { ...good, picture: "https://elsewhere.example/" },
  ]) {
    items.set(KEY, JSON.stringify([bad, good]));
    assert.deepEqual(recentScenes(), [good]);
  }
  for (const broken of ["{", "7", "null", '{"id":1}']) {
    items.set(KEY, broken);
    assert.deepEqual(recentScenes(), []);
  }
});

test("a scene is called by its name, else by what is in it, and before by how it began", () => {
  const title = (/** @type {string} */ start, /** @type {any[]} */ ...objects) =>
    sceneTitle(/** @type {any} */ ({ start, objects: { ...objects } }));
  assert.equal(
    sceneTitle(/** @type {any} */ ({ name: "Harbor", start: "room", objects: {} })),
    "Harbor",
  );
  const named = (/** @type {string} */ name) => ({ name, kind: "box" });
  const around = [
    { name: "model", kind: "bust" },
    { name: "back wall", kind: "box" },
    { name: "key", kind: "area_light" },
    { name: "camera", kind: "camera" },
  ];
  assert.equal(title("studio", ...around), "Studio");
  assert.equal(title("outdoor"), "Outdoors");
  assert.equal(title("room", ...around, named("table")), "Table");
  assert.equal(title("room", named("table"), named("red cube")), "Table and red cube");
  const leg = { ...named("leg"), parent: "o1" };
  assert.equal(
    title("empty", named("table"), leg, named("cube"), named("lamp")),
    "Table, cube and 1 more",
  );
});
