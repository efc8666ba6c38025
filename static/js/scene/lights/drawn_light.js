/** A light of the scene as three.js shines it. */

import {
  DirectionalLight,
  Group,
  HemisphereLight,
  PointLight,
  RectAreaLight,
  SpotLight,
  Vector3,
} from "three";
import { standIn } from "./area_light.js";
import { LightFrame } from "./light_frame.js";
import { spotFit, sunFit } from "./shadow_fit.js";

/**
 * @import { Box3, Ray } from "three"
 * @import { Entity } from "../../document/schema.js"
 *
 * @typedef {DirectionalLight | PointLight | SpotLight} Caster what can throw shadows
 * @typedef {Caster | HemisphereLight | RectAreaLight} Light
 *
 * @typedef {object} Shines how a kind of light does
 * @property {() => Light} make
 * @property {number} intensity where the entity has none
 * @property {number} radius of what shines, in meters; of the sun, the tangent of its angle
 */

/** From a rectangle as from a lamp with this angle and a soft edge, light falls off by the cosine. */
const RECTANGLE_ANGLE = Math.PI / 2 - 1e-3;
const SPOT_ANGLE_DEGREES = 30;
const SPOT_EDGE = 0.5;
const WHITE = "#ffffff";
const AREA_SIZE = /** @type {[number, number]} */ ([1, 1]);
/** Pixels of a side of the map of a light that shines to all sides: it has six of them. */
const LARGEST_CUBE = 512;
/** What a hemisphere light shines from below, as a share of its color. */
const FROM_BELOW = 0.35;

/** @type {Record<string, Shines>} */
const KINDS = {
  directional_light: { make: () => new DirectionalLight(), intensity: 2, radius: 0.012 },
  point_light: { make: () => new PointLight(), intensity: 2, radius: 0.05 },
  spot_light: { make: () => new SpotLight(), intensity: 10, radius: 0.05 },
  area_light: {
    make: () => new SpotLight(WHITE, 1, 0, RECTANGLE_ANGLE, 1),
    intensity: 2.5,
    radius: 0.5,
  },
  hemisphere_light: { make: () => new HemisphereLight(), intensity: 1, radius: 0 },
};

/** @param {string} kind */
export const isLight = (kind) => Object.hasOwn(KINDS, kind);

export class DrawnLight extends Group {
  #shines;
  /** @type {Light} */
  #light;
  /** @type {LightFrame | null} */
  #frame = null;
  /** @type {Entity | null} */
  #entity = null;
  /** Of its intensity, while it pulses. */
  #factor = 1;
  /** @type {(box: Box3, radius: number) => void} */
  #fit = () => {};

  /** @param {string} kind */
  constructor(kind) {
    super();
    this.kind = kind;
    this.#shines = /** @type {Shines} */ (KINDS[kind]);
    this.#light = this.#shines.make();
    this.#install(this.#light);
    if (kind !== "area_light") return;
    this.#frame = new LightFrame();
    this.add(this.#frame);
  }

  /** Whether it can throw a shadow now. */
  get canCast() {
    const { intensity = this.#shines.intensity } = this.#entity ?? {};
    return this.visible && isCaster(this.#light) && intensity > 0;
  }

  /** How strong it is beside others: at its aim, where it has one. */
  get power() {
    // At rest, so that a light that pulses takes no shadow from another.
    const intensity = this.#light.intensity / (this.#factor || 1);
    if (!(this.#light instanceof SpotLight)) return intensity;
    const { position, target, decay } = this.#light;
    return intensity / position.distanceTo(target.position) ** decay;
  }

  /** @param {Entity} entity */
  show(entity) {
    this.#entity = entity;
    this.visible = entity.visible ?? true;
    const { color = WHITE } = entity;
    this.#frame?.show(color, this.#area);
    const light = this.#light;
    light.color.set(color);
    light.intensity = this.#intensity;
    if (light instanceof HemisphereLight) {
      light.groundColor.set(color).multiplyScalar(FROM_BELOW);
    } else if (light instanceof RectAreaLight) {
      [light.width, light.height] = this.#area;
    } else if (light instanceof SpotLight && this.kind === "spot_light") {
      light.angle = ((entity.angle ?? SPOT_ANGLE_DEGREES) * Math.PI) / 180;
      light.penumbra = SPOT_EDGE;
    }
  }

  /**
   * An area light is a rectangle where nothing blocks its light. Such a one throws no shadows, so a
   * lamp stands in for it where there are some.
   *
   * @param {boolean} shadows whether there are any
   */
  drawFor(shadows) {
    if (this.kind !== "area_light" || this.#light instanceof SpotLight === shadows) return;
    this.#light.removeFromParent();
    this.#light.dispose();
    this.#light = shadows ? this.#shines.make() : new RectAreaLight();
    this.#install(this.#light);
    if (this.#entity !== null) this.show(this.#entity);
  }

  /**
   * @param {Vector3} at in the world
   * @param {Vector3} aim
   */
  place(at, aim) {
    this.#frame?.place(at, aim);
    const light = this.#light;
    light.position.copy(at);
    if (light instanceof RectAreaLight) light.lookAt(aim);
    if (!("target" in light)) return;
    light.target.position.copy(aim);
    const distance = at.distanceTo(aim);
    if (this.kind !== "area_light" || distance === 0) return;
    Object.assign(light, standIn({ intensity: this.#intensity, size: this.#area }, distance));
  }

  /** @param {number} factor of its intensity, to be called before it is placed */
  shine(factor) {
    if (factor === this.#factor) return;
    this.#factor = factor;
    this.#light.intensity = this.#intensity;
  }

  /**
   * @param {Ray} ray
   * @returns {number | null} how far away it goes through the frame, in meters
   */
  frameDistance(ray) {
    return this.#frame?.distanceAlong(ray) ?? null;
  }

  /** @param {number} side of its map in pixels, 0 for none */
  castsShadow(side) {
    if (!isCaster(this.#light)) return;
    this.#light.castShadow = side > 0;
    const mapSize = this.#light instanceof PointLight ? Math.min(side, LARGEST_CUBE) : side;
    const { shadow } = this.#light;
    if (shadow.mapSize.width === mapSize) return;
    shadow.dispose();
    shadow.map = null;
    if (mapSize > 0) shadow.mapSize.set(mapSize, mapSize);
  }

  /**
   * @param {Box3} box what throws shadows
   * @param {boolean} soft whether the edges of shadows soften with the distance
   */
  fitShadow(box, soft) {
    this.updateMatrixWorld(true);
    const radius = soft ? this.#radius : 0;
    if (this.#light instanceof PointLight) fitPoint(this.#light, box, radius);
    else this.#fit(box, radius);
  }

  dispose() {
    this.#light.dispose();
    this.#frame?.dispose();
  }

  /** @param {Light} light */
  #install(light) {
    this.add(light);
    if ("target" in light) this.add(light.target);
    if (light instanceof SpotLight) this.#fit = spotFit(light);
    if (light instanceof DirectionalLight) this.#fit = sunFit(light);
  }

  get #intensity() {
    return (this.#entity?.intensity ?? this.#shines.intensity) * this.#factor;
  }

  /** @returns {[number, number]} width and height */
  get #area() {
    const [width, height] = this.#entity?.size ?? AREA_SIZE;
    return [width, height];
  }

  /** Of the disk that is as large as what shines. */
  get #radius() {
    if (this.kind !== "area_light") return this.#shines.radius;
    const [width, height] = this.#area;
    return Math.sqrt((width * height) / Math.PI);
  }
}

/**
 * @param {Light} light
 * @returns {light is Caster}
 */
const isCaster = (light) => "castShadow" in light && "shadow" in light;

/**
 * @param {PointLight} light
 * @param {Box3} box
 * @param {number} radius of what shines, in meters
 */
function fitPoint({ position, shadow }, box, radius) {
  const far = 2 * (box.distanceToPoint(position) + box.getSize(new Vector3()).length());
  shadow.camera.near = far / 400;
  shadow.camera.far = far;
  shadow.camera.updateProjectionMatrix();
  shadow.radius = radius / (far / 4);
  shadow.normalBias = (3 * far) / shadow.mapSize.width / 4;
  shadow.bias = -1e-4;
}
