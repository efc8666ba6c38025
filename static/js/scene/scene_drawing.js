/** A scene document as three.js draws it; what did not change is not touched. */

import {
  AmbientLight,
  BasicShadowMap,
  Box3,
  Fog,
  NeutralToneMapping,
  NoToneMapping,
  PerspectiveCamera,
  Scene,
  Sphere,
  Vector3,
} from "three";
import { fitDepth } from "./depth.js";
import { Backdrop } from "./environment/backdrop.js";
import { ContactShadow } from "./environment/contact_shadow.js";
import { EnvironmentLight } from "./environment/environment_light.js";
import { Floor } from "./environment/floor.js";
import { placeAsAsked, placeAtHome } from "./home_camera.js";
import { SceneLights } from "./lights/scene_lights.js";
import { Motions } from "./motion/motions.js";
import { DrawnObjects } from "./objects/drawn_objects.js";
import { isLacking } from "./objects/late_parts.js";
import { pathAt } from "./picking.js";

/**
 * @import { Raycaster, WebGLRenderer } from "three"
 * @import { Environment, SceneDocument } from "../document/schema.js"
 * @import { ViewCamera } from "../net/messages.js"
 * @import { Home } from "./home_camera.js"
 * @import { Moment } from "./motion/progress.js"
 */

/** With the neutral tone curve: what the start's lights shine on has the color that was asked. */
const NEUTRAL_EXPOSURE = 1.09;
const FOV_DEGREES = 32;
/** Where there is no camera to look through. */
const AWAY = 3;
/** Of how wide it is: what is flatter is ground, and need not be seen whole. */
const GROUND_SHARE = 1e-3;
/** Of a scene without objects, in meters. */
const EMPTY_RADIUS = 0.5;

export class SceneDrawing {
  scene = new Scene();
  objects = new DrawnObjects();
  #renderer;
  #isSoft;
  /** One for all pictures: three.js holds on to what it makes for each. */
  #home = new PerspectiveCamera();
  #lights = new SceneLights(this.objects);
  #motions = new Motions(this.objects);
  #ambient = new AmbientLight();
  #backdrop = new Backdrop();
  #contact = new ContactShadow();
  #floor;
  #environmentLight = new EnvironmentLight();
  /** @type {SceneDocument | null} */
  #shown = null;
  /** Whether shadows are to be drawn anew. */
  #isDue = false;
  #isMeasured = false;
  /** Of each shape that is seen, at rest. @type {Box3[]} */
  #boxes = [];
  /** Of those that move, where they are now. @type {Box3[]} */
  #movedBoxes = [];
  #around = new Sphere();
  /** What shadows are fitted to: wherever things have come since the last change. */
  #reached = new Box3();

  /**
   * @param {WebGLRenderer} renderer
   * @param {{ softShadows?: boolean }} [options] without them, lights throw hard shadows, and on the
   *   floor only what touches it throws one
   */
  constructor(renderer, { softShadows = true } = {}) {
    this.#renderer = renderer;
    this.#isSoft = softShadows;
    const uniforms = { ...this.#backdrop.uniforms, ...this.#contact.uniforms };
    this.#floor = new Floor(uniforms, softShadows);
    renderer.shadowMap.enabled = true;
    renderer.shadowMap.type = BasicShadowMap;
    renderer.shadowMap.autoUpdate = false;
    this.scene.add(this.#backdrop, this.#floor, this.objects, this.#lights, this.#ambient);
  }

  /**
   * What moves is at rest until it is placed.
   *
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
      this.#isMeasured = false;
      this.#reached.makeEmpty();
    }
    this.#motions.show(document.objects, document.camera);
    if (document.environment !== shown?.environment) this.#showEnvironment(document.environment);
    return touched;
  }

  /**
   * Has everything that moves be where it is at a moment.
   *
   * @param {Moment} moment
   * @param {{ shadows?: boolean }} [options] whether their shadows move with them, or stay for now
   */
  place(moment, { shadows = true } = {}) {
    if (this.#motions.size === 0) return;
    this.#measure();
    this.#motions.place(moment);
    this.#movedBoxes = this.objects.boxesIn(this.#motions.objects());
    if (shadows) this.#isDue = true;
  }

  /**
   * @param {Moment} moment
   * @returns {number} seconds until something is seen to move: 0 while it does, Infinity if never
   *   again
   */
  untilMoves(moment) {
    return this.#motions.untilMoves(moment);
  }

  /** Whether the document's camera, or what it is aimed at, is one of the things that move. */
  get homeMoves() {
    const { camera = null, objects = {} } = this.#shown ?? {};
    if (camera === null) return false;
    const aim = objects[camera]?.aim;
    return this.#motions.moves(camera) || (typeof aim === "string" && this.#motions.moves(aim));
  }

  /** What is in the scene, and around it a ball. */
  get around() {
    this.#measure();
    return this.#around;
  }

  /** @returns {Home} where the document's camera stands */
  get home() {
    const { camera: id = null, objects = {} } = this.#shown ?? {};
    const { aim = [0, 0, 0], fov = FOV_DEGREES } = (id !== null && objects[id]) || {};
    const position = new Vector3(0, 0, AWAY);
    const at = new Vector3();
    if (id !== null) this.objects.at(id)?.getWorldPosition(position);
    if (typeof aim === "string") this.objects.centerOf(aim, at);
    else at.set(...aim);
    return { position, aim: at, fovDegrees: fov, framed: this.#framed() };
  }

  /**
   * @param {SceneDocument} document
   * @returns {boolean} whether it needs what is not loaded yet
   */
  lacks({ objects }) {
    return isLacking(objects);
  }

  /**
   * Loads what the scene shown needs and the page does not have yet: what draws texts, charts and
   * props, and models, without which all else is drawn.
   *
   * @throws {Error} where something cannot be loaded; the next call tries again
   */
  async complete() {
    if (!this.objects.isLacking) return;
    await this.objects.complete();
    this.#isDue = true;
    this.#isMeasured = false;
  }

  /**
   * @param {number} aspect width by height
   * @returns {PerspectiveCamera} the document's camera, always the same object
   */
  homeCamera(aspect) {
    placeAtHome(this.#home, this.home, aspect);
    return this.#home;
  }

  /**
   * @param {ViewCamera | undefined} view the document's camera where it is missing
   * @param {number} aspect width by height
   * @returns {PerspectiveCamera} always the same object, that of `homeCamera`
   */
  cameraFor(view, aspect) {
    if (view === undefined) return this.homeCamera(aspect);
    placeAsAsked(this.#home, view, aspect);
    return this.#home;
  }

  /** @param {boolean} shown whether the backdrop is drawn, and the floor as more than its shadows */
  showBehind(shown) {
    this.#backdrop.visible = shown;
    this.#floor.showGround(shown);
  }

  /**
   * @param {Raycaster} ray
   * @param {boolean} seesFrames whether those of lights are seen
   * @returns {string[]} as `pathAt` of picking returns them
   */
  pathAt(ray, seesFrames) {
    return pathAt(this.objects, ray, seesFrames ? this.#lights.frameAt(ray.ray) : null);
  }

  /** @param {PerspectiveCamera} camera */
  render(camera) {
    this.#prepare();
    fitDepth(camera, {
      boxes: [...this.#boxes, ...this.#movedBoxes],
      around: this.#around,
      hasFloor: this.#floor.visible,
    });
    this.#renderer.render(this.scene, camera);
  }

  /** To be called when the graphics context is back: what was drawn into textures is lost. */
  restore() {
    this.#environmentLight.dispose();
    if (this.#shown !== null) this.#showEnvironment(this.#shown.environment);
  }

  dispose() {
    this.objects.dispose();
    this.#motions.dispose();
    this.#lights.dispose();
    this.#ambient.dispose();
    this.#backdrop.dispose();
    this.#contact.dispose();
    this.#floor.dispose();
    this.#environmentLight.dispose();
    this.#shown = null;
  }

  /** Measures what is there, once after each change, while all is at rest. */
  #measure() {
    if (this.#isMeasured) return;
    this.#isMeasured = true;
    this.#movedBoxes = [];
    this.#boxes = this.objects.boxes();
    const bounds = unionOf(this.#boxes);
    if (bounds.isEmpty()) this.#around.set(new Vector3(), EMPTY_RADIUS);
    else bounds.getBoundingSphere(this.#around);
  }

  /** What is not flat ground. */
  #framed() {
    this.#measure();
    const size = new Vector3();
    return unionOf(
      this.#boxes.filter((box) => {
        const { x, y, z } = box.getSize(size);
        return y > GROUND_SHARE * Math.max(x, z);
      }),
    );
  }

  /** Places lights and draws what depends on where things are, once after each change. */
  #prepare() {
    this.#measure();
    if (!this.#isDue || this.#shown === null) return;
    this.#isDue = false;
    const bounds = this.#reached.union(unionOf([...this.#boxes, ...this.#movedBoxes]));
    const soft = this.#isSoft ? "soft" : "hard";
    this.#lights.place(bounds, this.#shown.environment.shadows ? soft : "none");
    // At rest, so that it stays where it is while things move.
    this.#floor.fit(unionOf(this.#boxes));
    if (this.#floor.visible && !bounds.isEmpty()) {
      this.#contact.draw(this.#renderer, this.objects, bounds);
    }
    this.#renderer.shadowMap.needsUpdate = true;
  }

  /** @param {Environment} environment */
  #showEnvironment(environment) {
    const isNeutral = environment.tone === "neutral";
    this.#backdrop.show(environment.background);
    this.scene.userData.ground = environment.background;
    this.#floor.show(environment.floor);
    this.#ambient.intensity = environment.ambient;
    this.scene.environment = this.#environmentLight.show(environment.light, this.#renderer);
    this.scene.environmentIntensity = environment.lightIntensity;
    const { fog } = environment;
    this.scene.fog = fog === null ? null : new Fog(fog.color, fog.near, fog.far);
    this.#renderer.toneMapping = isNeutral ? NeutralToneMapping : NoToneMapping;
    this.#renderer.toneMappingExposure = environment.exposure * (isNeutral ? NEUTRAL_EXPOSURE : 1);
    this.#isDue = true;
  }
}

/** @param {readonly Box3[]} boxes */
const unionOf = (boxes) => boxes.reduce((all, box) => all.union(box), new Box3());
