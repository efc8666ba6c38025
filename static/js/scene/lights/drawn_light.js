/** A light of the scene as three.js shines it. */

import { DirectionalLight, Group, HemisphereLight, PointLight, SpotLight, Vector3 } from "three";
import { standIn } from "./area_light.js";
import { spotFit, sunFit } from "./shadow_fit.js";

/**
 * @import { Box3 } from "three"
 * @import { Entity } from "../objects/drawn_objects.js"
 *
 * @typedef {DirectionalLight | HemisphereLight | PointLight | SpotLight} Light
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
    make: () => new SpotLight("#ffffff", 1, 0, RECTANGLE_ANGLE, 1),
    intensity: 2.5,
    radius: 0.5,
  },
  hemisphere_light: { make: () => new HemisphereLight(), intensity: 1, radius: 0 },
};

/** @param {string} kind */
export const isLight = (kind) => Object.hasOwn(KINDS, kind);

export class DrawnLight extends Group {
  #light;
  #shines;
  /** @type {Entity | null} */
  #entity = null;
  /** @type {(box: Box3, radius: number) => void} */
  #fit = () => {};

  /** @param {string} kind */
  constructor(kind) {
    super();
    this.kind = kind;
    this.#shines = /** @type {Shines} */ (KINDS[kind]);
    this.#light = this.#shines.make();
    this.add(this.#light);
    if ("target" in this.#light) this.add(this.#light.target);
    if (this.#light instanceof SpotLight) this.#fit = spotFit(this.#light);
    if (this.#light instanceof DirectionalLight) this.#fit = sunFit(this.#light);
  }

  /** Whether it can throw a shadow now. */
  get canCast() {
    return this.visible && !(this.#light instanceof HemisphereLight) && this.#light.intensity > 0;
  }

  /** How strong it is beside others: at its aim, where it has one. */
  get power() {
    const { intensity } = this.#light;
    if (!(this.#light instanceof SpotLight)) return intensity;
    const { position, target, decay } = this.#light;
    return intensity / position.distanceTo(target.position) ** decay;
  }

  /** @param {Entity} entity */
  show(entity) {
    this.#entity = entity;
    this.visible = entity.visible ?? true;
    this.#light.color.set(entity.color ?? "#ffffff");
    this.#light.intensity = entity.intensity ?? this.#shines.intensity;
    if (this.#light instanceof HemisphereLight) {
      this.#light.groundColor.set(entity.color ?? "#ffffff").multiplyScalar(FROM_BELOW);
    }
    if (this.kind === "spot_light" && this.#light instanceof SpotLight) {
      this.#light.angle = ((entity.angle ?? SPOT_ANGLE_DEGREES) * Math.PI) / 180;
      this.#light.penumbra = SPOT_EDGE;
    }
  }

  /**
   * @param {Vector3} at in the world
   * @param {Vector3} aim
   */
  place(at, aim) {
    this.#light.position.copy(at);
    if (!("target" in this.#light)) return;
    this.#light.target.position.copy(aim);
    const distance = at.distanceTo(aim);
    if (this.kind !== "area_light" || distance === 0) return;
    const { intensity = this.#shines.intensity } = this.#entity ?? {};
    Object.assign(this.#light, standIn({ intensity, size: this.#area }, distance));
  }

  /** @param {number} side of its map in pixels, 0 for none */
  castsShadow(side) {
    this.#light.castShadow = side > 0;
    if (this.#light instanceof HemisphereLight) return;
    const mapSize = this.#light instanceof PointLight ? Math.min(side, LARGEST_CUBE) : side;
    const { shadow } = this.#light;
    if (shadow.mapSize.width === mapSize) return;
    shadow.dispose();
    shadow.map = null;
    if (mapSize > 0) shadow.mapSize.set(mapSize, mapSize);
  }

  /** @param {Box3} box what throws shadows */
  fitShadow(box) {
    this.updateMatrixWorld(true);
    if (this.#light instanceof PointLight) this.#fitPoint(this.#light, box);
    else this.#fit(box, this.#radius);
  }

  dispose() {
    this.#light.dispose();
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

  /**
   * @param {PointLight} light
   * @param {Box3} box
   */
  #fitPoint(light, box) {
    const far = 2 * (box.distanceToPoint(light.position) + box.getSize(new Vector3()).length());
    light.shadow.camera.near = far / 400;
    light.shadow.camera.far = far;
    light.shadow.camera.updateProjectionMatrix();
    light.shadow.radius = this.#radius / (far / 4);
    light.shadow.normalBias = (3 * far) / light.shadow.mapSize.width / 4;
    light.shadow.bias = -1e-4;
  }
}
