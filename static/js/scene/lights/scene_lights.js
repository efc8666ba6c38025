/** The lights of a scene, and which of them throw shadows. */

import { Group, Vector3 } from "three";
import { DrawnLight, isLight } from "./drawn_light.js";

/**
 * @import { Box3, Ray } from "three"
 * @import { DrawnObjects, Objects } from "../objects/drawn_objects.js"
 *
 * @typedef {{ id: string, distance: number }} FrameHit of a light, and how far away in meters
 */

const MOST_CASTERS = 3;
/** The shadow of a light that is weaker than this share of the strongest is not seen. */
const SEEN_SHARE = 0.15;
/** The map of the first of them is the finest. Hard shadows are those of a browser that draws slowly. */
const MAP_SIZES = { soft: [2048, 1024, 1024], hard: [1024, 512, 512], none: [] };

export class SceneLights extends Group {
  #things;
  /** @type {Map<string, DrawnLight>} */
  #drawn = new Map();
  /** @type {Objects} */
  #shown = {};

  /** @param {DrawnObjects} things what lights hang below, aim at and shine on */
  constructor(things) {
    super();
    this.#things = things;
  }

  /**
   * @param {Objects} objects those that are equal to what is shown must be the same JavaScript objects
   * @returns {number} how many were touched
   */
  show(objects) {
    const before = this.#shown;
    this.#shown = objects;
    let touched = 0;
    for (const id of this.#drawn.keys()) {
      if (objects[id]?.kind === before[id]?.kind) continue;
      this.#remove(id);
      touched++;
    }
    for (const [id, entity] of Object.entries(objects)) {
      if (!isLight(entity.kind) || (entity === before[id] && this.#drawn.has(id))) continue;
      this.#drawnAs(id, entity.kind).show(entity);
      touched++;
    }
    return touched;
  }

  /**
   * Places and aims the lights after whatever moved, and fits their shadows.
   *
   * @param {Box3} bounds of what throws shadows
   * @param {"none" | "hard" | "soft"} shadows
   */
  place(bounds, shadows) {
    const at = new Vector3();
    const aim = new Vector3();
    for (const [id, light] of this.#drawn) {
      const thing = this.#things.at(id);
      thing?.getWorldPosition(at);
      light.drawFor(shadows !== "none");
      // What grows of a light is its brightness.
      light.shine(thing?.scale.x ?? 1);
      light.place(at, this.#aimOf(id, aim));
    }
    const casters = shadows !== "none" && !bounds.isEmpty() ? this.#casters() : [];
    for (const light of this.#drawn.values()) {
      light.castsShadow(MAP_SIZES[shadows][casters.indexOf(light)] ?? 0);
      if (casters.includes(light)) light.fitShadow(bounds, shadows === "soft");
    }
  }

  /**
   * @param {Ray} ray
   * @returns {FrameHit | null} of the nearest frame that it goes through
   */
  frameAt(ray) {
    /** @type {FrameHit | null} */
    let nearest = null;
    for (const [id, light] of this.#drawn) {
      const distance = light.visible ? light.frameDistance(ray) : null;
      if (distance === null || distance >= (nearest?.distance ?? Number.POSITIVE_INFINITY))
        continue;
      nearest = { id, distance };
    }
    return nearest;
  }

  dispose() {
    for (const id of this.#drawn.keys()) this.#remove(id);
    this.#shown = {};
  }

  /** @param {string} id */
  #remove(id) {
    const light = this.#drawn.get(id);
    light?.removeFromParent();
    light?.dispose();
    this.#drawn.delete(id);
  }

  /**
   * @param {string} id
   * @param {string} kind
   */
  #drawnAs(id, kind) {
    const drawn = this.#drawn.get(id) ?? new DrawnLight(kind);
    this.#drawn.set(id, drawn);
    this.add(drawn);
    return drawn;
  }

  /**
   * @param {string} id
   * @param {Vector3} into
   * @returns {Vector3} a point in the world
   */
  #aimOf(id, into) {
    const { aim = [0, 0, 0] } = this.#shown[id] ?? {};
    return typeof aim === "string" ? this.#things.centerOf(aim, into) : into.set(...aim);
  }

  /** @returns {DrawnLight[]} the one named key first, then the sun, then the strongest */
  #casters() {
    /** @param {[string, DrawnLight]} entry */
    const rank = ([id, { kind }]) => {
      if (this.#shown[id]?.name === "key") return 2;
      return kind === "directional_light" ? 1 : 0;
    };
    const able = [...this.#drawn].filter(([, light]) => light.canCast);
    const strongest = Math.max(...able.map(([, light]) => light.power));
    return able
      .filter(([, light]) => light.power >= SEEN_SHARE * strongest)
      .toSorted((one, other) => rank(other) - rank(one) || other[1].power - one[1].power)
      .slice(0, MOST_CASTERS)
      .map(([, light]) => light);
  }
}
