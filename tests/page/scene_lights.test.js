/** How lights are drawn: what an area light gives, which ones throw shadows, and shared materials. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Box3, RectAreaLight, SpotLight, Vector3 } from "three";
import { configurationFactor, standIn } from "../../static/js/scene/lights/area_light.js";
import { SceneLights } from "../../static/js/scene/lights/scene_lights.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";
import { Materials, surfaceOf, throwsShadow } from "../../static/js/scene/objects/materials.js";

/**
 * @import { Entity } from "../../static/js/document/schema.js"
 * @import { Objects } from "../../static/js/scene/objects/drawn_objects.js"
 */

/**
 * The irradiance that a rectangle of radiance 1 gives a point on its axis, added up in small parts.
 *
 * @param {number} width
 * @param {number} height
 * @param {number} distance
 */
function irradiance(width, height, distance) {
  const parts = 400;
  const area = (width * height) / parts ** 2;
  let sum = 0;
  for (let i = 0; i < parts; i++) {
    for (let j = 0; j < parts; j++) {
      const x = width * ((i + 0.5) / parts - 0.5);
      const y = height * ((j + 0.5) / parts - 0.5);
      sum += (area * distance ** 2) / (x * x + y * y + distance * distance) ** 2;
    }
  }
  return sum;
}

test("the light of a rectangle is that of its parts", () => {
  for (const [width, height, distance] of /** @type {const} */ ([
    [0.6, 0.6, 0.789],
    [0.8, 0.8, 0.75],
    [4, 0.1, 0.3],
  ])) {
    const expected = irradiance(width, height, distance);
    const found = Math.PI * configurationFactor(width, height, distance);
    assert.ok(Math.abs(found / expected - 1) < 1e-3, `${found} ${expected}`);
  }
});

test("the point that stands in for a rectangle is as bright on its axis, and nearly so around", () => {
  const size = /** @type {const} */ ([0.6, 0.6]);
  const { intensity, decay } = standIn({ intensity: 2.5, size }, 0.789);
  const ratio = (/** @type {number} */ distance) =>
    intensity / distance ** decay / (2.5 * irradiance(...size, distance));
  assert.ok(Math.abs(ratio(0.789) - 1) < 1e-3);
  assert.ok(Math.abs(ratio(0.6) - 1) < 0.05);
  assert.ok(Math.abs(ratio(1) - 1) < 0.05);
});

test("far away a rectangle is as a point", () => {
  const { decay } = standIn({ intensity: 1, size: [0.1, 0.1] }, 10);
  assert.ok(Math.abs(decay - 2) < 0.01);
});

/** @type {(kind: string, members?: Partial<Entity>) => Entity} */
const light = (kind, members) => ({
  kind,
  name: kind,
  position: [0, 4, 3],
  aim: [0, 0, 0],
  ...members,
});

/** @param {Objects} objects */
function placed(objects) {
  const things = new DrawnObjects();
  const lights = new SceneLights(things);
  things.show(objects);
  lights.show(objects);
  const box = new Box3(new Vector3(-1, 0, -1), new Vector3(1, 2, 1));
  lights.place(box, "soft");
  return { lights, things, box };
}

/** @param {SceneLights} lights */
function casting(lights) {
  return lights.children.flatMap(({ children }) => children.filter((child) => child.castShadow));
}

test("at most three lights throw shadows, the key among them, and none where shadows are off", () => {
  /** @type {Objects} */
  const objects = { key: light("area_light", { name: "key", intensity: 30, size: [1, 1] }) };
  for (let i = 0; i < 5; i++) objects[`s${i}`] = light("spot_light", { intensity: 100 + i });
  const { lights, box } = placed(objects);
  const casters = casting(lights);
  assert.equal(casters.length, 3);
  const [key] = lights.children[0]?.children ?? [];
  assert.ok(key && casters.includes(key));
  lights.place(box, "none");
  assert.equal(casting(lights).length, 0);
});

test("without shadows an area light is the rectangle that it is, and faces what it is aimed at", () => {
  const { lights, box } = placed({ key: light("area_light", { size: [0.5, 2], intensity: 3 }) });
  lights.place(box, "none");
  lights.updateMatrixWorld(true);
  const shining = lights.children[0]?.children.filter((child) => "intensity" in child) ?? [];
  const [rectangle] = shining;
  assert.equal(shining.length, 1);
  assert.ok(rectangle instanceof RectAreaLight);
  assert.deepEqual([rectangle.width, rectangle.height, rectangle.intensity], [0.5, 2, 3]);
  const shines = new Vector3(0, 0, -1).transformDirection(rectangle.matrixWorld);
  assert.ok(shines.distanceTo(rectangle.position.clone().negate().normalize()) < 1e-6);
  lights.place(box, "hard");
  assert.equal(casting(lights).length, 1);
});

test("a light that hangs below something moves and aims with what it follows", () => {
  const { lights } = placed({
    o1: { kind: "group", name: "all", position: [10, 0, 0] },
    o2: light("spot_light", { parent: "o1", position: [0, 2, 0], aim: "o3" }),
    o3: { kind: "box", name: "box", position: [3, 0.5, 0], size: [1, 1, 1] },
  });
  const [spot] = lights.children[0]?.children ?? [];
  assert.ok(spot instanceof SpotLight);
  assert.deepEqual(spot.position.toArray(), [10, 2, 0]);
  assert.deepEqual(spot.target.position.toArray(), [3, 0.5, 0]);
});

test("the map of a shadow holds all that throws one", () => {
  for (const kind of ["area_light", "directional_light"]) {
    const { lights, box } = placed({ key: light(kind, { name: "key" }) });
    const caster = /** @type {SpotLight} */ (casting(lights)[0]);
    caster.shadow.updateMatrices(caster);
    // Of a box, the corners of its image are images of its corners.
    for (let corner = 0; corner < 8; corner++) {
      const [x, y, z] = [1, 2, 4].map((bit) => (corner & bit ? box.max : box.min));
      const at = new Vector3(x?.x, y?.y, z?.z).applyMatrix4(caster.shadow.matrix);
      assert.ok(
        at.toArray().every((part) => part > 0 && part < 1),
        `${kind} ${at.toArray()}`,
      );
    }
  }
});

test("equal materials are one, which is kept for a while after its last user", () => {
  const materials = new Materials();
  const surface = surfaceOf({ preset: "gold" });
  const first = materials.take(surface);
  assert.equal(materials.take(surfaceOf({ preset: "gold", opacity: 1 })), first);
  assert.notEqual(materials.take(surfaceOf({ preset: "gold", roughness: 0.5 })), first);
  assert.equal(materials.size, 2);
  let freed = 0;
  first.addEventListener("dispose", () => freed++);
  materials.release(surface);
  assert.equal(freed, 0);
  materials.release(surface);
  assert.equal(materials.size, 1);
  assert.equal(materials.take(surface), first);
  materials.release(surface);
  assert.equal(freed, 0);
  materials.dispose();
  assert.equal(freed, 1);
});

test("of a color that eases in without end, few materials are kept, and glass never", () => {
  const materials = new Materials();
  let alive = 0;
  for (let shade = 0; shade < 256; shade++) {
    const surface = surfaceOf({ color: `#0000${shade.toString(16).padStart(2, "0")}` });
    materials.take(surface).addEventListener("dispose", () => alive--);
    alive++;
    materials.release(surface);
  }
  assert.ok(alive >= 16 && alive <= 64, `${alive}`);
  const glass = surfaceOf({ preset: "glass" });
  let freed = 0;
  materials.take(glass).addEventListener("dispose", () => freed++);
  materials.release(glass);
  assert.equal(freed, 1);
});

test("members win over a preset, and only glass is drawn as glass", () => {
  const materials = new Materials();
  const painted = materials.take(surfaceOf({ preset: "metal", color: "#112233" }));
  assert.equal(painted.color.getHexString(), "112233");
  assert.equal(painted.metalness, 1);
  assert.equal(painted.type, "MeshStandardMaterial");
  assert.equal(materials.take(surfaceOf({ preset: "glass" })).type, "MeshPhysicalMaterial");
  assert.equal(throwsShadow(surfaceOf({ preset: "glass" })), false);
  assert.equal(throwsShadow(surfaceOf({ preset: "wood" })), true);
});

test("a light that pulses shines more and less, and keeps its shadow", () => {
  const fire = /** @type {Entity} */ ({
    kind: "point_light",
    name: "fire",
    position: [0, 1, 0],
    intensity: 4,
  });
  const things = new DrawnObjects();
  const objects = { fire };
  things.show(objects);
  const lights = new SceneLights(things);
  lights.show(objects);
  const bounds = new Box3(new Vector3(-1, 0, -1), new Vector3(1, 1, 1));
  /** @param {number} scale */
  const shining = (scale) => {
    things.at("fire")?.scale.setScalar(scale);
    lights.place(bounds, "hard");
    const [light] = lights.getObjectsByProperty("isPointLight", true);
    return /** @type {import("three").PointLight} */ (light);
  };
  assert.deepEqual(
    [1, 1.5, 0, 1].map((scale) => shining(scale).intensity),
    [4, 6, 0, 4],
  );
  assert.equal(shining(0).castShadow, true);
  fire.intensity = 4;
  lights.show({ fire: { ...fire, intensity: 2 } });
  assert.equal(shining(1.5).intensity, 3);
});
