/** A scene document as three.js draws it; what did not change is not touched. */

import {
  AmbientLight,
  BasicShadowMap,
  Fog,
  NeutralToneMapping,
  NoToneMapping,
  PerspectiveCamera,
  Scene,
  Sphere,
  Vector3,
} from "three";
import { Backdrop } from "./environment/backdrop.js";
import { ContactShadow } from "./environment/contact_shadow.js";
import { EnvironmentLight } from "./environment/environment_light.js";
import { Floor } from "./environment/floor.js";
import { SceneLights } from "./lights/scene_lights.js";
import { DrawnObjects } from "./objects/drawn_objects.js";

/**
 * @import { Box3, WebGLRenderer } from "three"
 * @import { Objects } from "./objects/drawn_objects.js"
 *
 * @typedef {object} Environment
 * @property {readonly string[]} background a color, or that of the top and that of the bottom
 * @property {string} light the preset of the light of all around
 * @property {number} lightIntensity
 * @property {number} ambient
 * @property {"neutral" | "none"} tone
 * @property {string} floor `none`, `shadow`, `grid` or a color
 * @property {{ color: string, near: number, far: number } | null} fog
 * @property {number} exposure
 * @property {boolean} shadows
 *
 * @typedef {object} SceneDocument
 * @property {Objects} objects by id
 * @property {string | null} camera the id of the active one
 * @property {Environment} environment
 */

/** With the neutral tone curve: what the start's lights shine on has the color that was asked. */
const NEUTRAL_EXPOSURE = 1.09;
const FOV_DEGREES = 32;
/** Of the distance to what is looked at, and of that and the size of everything. */
const NEAR_SHARE = 0.02;
const FAR_SHARE = 80;

export class SceneDrawing {
  scene = new Scene();
  camera = new PerspectiveCamera(FOV_DEGREES);
  objects = new DrawnObjects();
  #renderer;
  #lights = new SceneLights(this.objects);
  #ambient = new AmbientLight();
  #backdrop = new Backdrop();
  #contact = new ContactShadow();
  #floor = new Floor({ ...this.#backdrop.uniforms, ...this.#contact.uniforms });
  #around = new EnvironmentLight();
  /** @type {SceneDocument | null} */
  #shown = null;
  /** Whether shadows are to be drawn anew. */
  #isDue = false;

  /** @param {WebGLRenderer} renderer */
  constructor(renderer) {
    this.#renderer = renderer;
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = BasicShadowMap;
    renderer.shadowMap.autoUpdate = false;
    this.scene.add(this.#backdrop, this.#floor, this.objects, this.#lights, this.#ambient);
  }

  /**
   * @param {SceneDocument} document whose parts that are equal to what is shown must be the same
   *   JavaScript objects
   * @returns {number} how many of its objects and lights were touched
   */
  show(document) {
    const shown = this.#shown;
    this.#shown = document;
    let touched = 0;
    if (document.objects !== shown?.objects) {
      touched = this.objects.show(document.objects) + this.#lights.show(document.objects);
      this.#isDue = true;
    }
    if (document.environment !== shown?.environment) this.#showEnvironment(document.environment);
    return touched;
  }

  /**
   * @param {number} aspect width by height
   * @param {PerspectiveCamera} [camera] another one than the document's
   */
  render(aspect, camera = this.camera) {
    this.#prepare();
    if (camera === this.camera) this.#placeCamera();
    camera.aspect = aspect;
    camera.updateProjectionMatrix();
    this.#renderer.render(this.scene, camera);
  }

  dispose() {
    this.objects.dispose();
    this.#lights.dispose();
    this.#ambient.dispose();
    this.#backdrop.dispose();
    this.#contact.dispose();
    this.#floor.dispose();
    this.#around.dispose();
    this.#shown = null;
  }

  /** Places lights and draws what depends on where things are, once after each change. */
  #prepare() {
    if (!this.#isDue || this.#shown === null) return;
    this.#isDue = false;
    const bounds = this.objects.bounds();
    this.#lights.place(bounds, this.#shown.environment.shadows ? "soft" : "none");
    this.#floor.fit(bounds);
    if (this.#floor.visible && !bounds.isEmpty()) {
      this.#contact.draw(this.#renderer, this.objects, bounds);
    }
    this.#fitDepth(bounds);
    this.#renderer.shadowMap.needsUpdate = true;
  }

  /** @param {Environment} environment */
  #showEnvironment(environment) {
    const isNeutral = environment.tone === "neutral";
    this.#backdrop.show(environment.background);
    this.#floor.show(environment.floor);
    this.#ambient.intensity = environment.ambient;
    this.scene.environment = this.#around.show(environment.light, this.#renderer);
    this.scene.environmentIntensity = environment.lightIntensity;
    const { fog } = environment;
    this.scene.fog = fog === null ? null : new Fog(fog.color, fog.near, fog.far);
    this.#renderer.toneMapping = isNeutral ? NeutralToneMapping : NoToneMapping;
    this.#renderer.toneMappingExposure = environment.exposure * (isNeutral ? NEUTRAL_EXPOSURE : 1);
    this.#isDue = true;
  }

  #placeCamera() {
    const { camera: id, objects } = this.#shown ?? { camera: null, objects: {} };
    const entity = id === null ? undefined : objects[id];
    if (id === null || entity === undefined) return;
    this.objects.at(id)?.getWorldPosition(this.camera.position);
    const { aim = [0, 0, 0] } = entity;
    const at = new Vector3();
    if (typeof aim === "string") this.objects.centerOf(aim, at);
    else at.set(...aim);
    this.camera.lookAt(at);
    this.camera.fov = entity.fov ?? FOV_DEGREES;
  }

  /** @param {Box3} bounds */
  #fitDepth(bounds) {
    this.#placeCamera();
    const { center, radius } = bounds.isEmpty()
      ? new Sphere(new Vector3(), 1)
      : bounds.getBoundingSphere(new Sphere());
    const away = this.camera.position.distanceTo(center);
    this.camera.near = NEAR_SHARE * Math.max(away - radius, radius / 4);
    this.camera.far = FAR_SHARE * (away + radius);
  }
}
