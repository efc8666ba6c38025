/** Objects that are moved, turned and sized together: from where they were, to where they come. */

import { Box3, Euler, MathUtils, Matrix4, Quaternion, Vector3 } from "three";
import { areHeld } from "../../document/locks.js";
import { turnTo } from "./mark_lines.js";
import { stretched } from "./stretched.js";

/**
 * @import { Overrides } from "../../document/overrides.js"
 * @import { Entity, SceneDocument } from "../../document/schema.js"
 * @import { DrawnObjects } from "../objects/drawn_objects.js"
 *
 * @typedef {"move" | "turn" | "size"} Mode
 * @typedef {[number, number, number]} Triple
 *
 * @typedef {object} Top one of the objects that are held, without what belongs to it
 * @property {string} id
 * @property {Entity} entity
 * @property {Matrix4} above from its parent's space to the world
 * @property {Quaternion} turn of that
 * @property {Vector3} at where it is at rest, in the world
 */

const COMPOSED = new Set(["group", "pattern"]);
/** Kinds that points describe, which uneven factors may skew. */
const OUTLINED = new Set(["tube", "lathe", "extrude"]);
const AIMED = new Set(["camera", "spot_light", "directional_light", "area_light"]);
const LEAST_FACTOR = 0.01;
const DIGITS = 6;
const ANGLE_DIGITS = 4;

export class Held {
  #document;
  #things;
  /** @type {Top[]} */
  tops = [];

  /**
   * @param {SceneDocument} document as the person sees it
   * @param {DrawnObjects} things that show it
   * @param {readonly string[]} ids
   */
  constructor(document, things, ids) {
    this.#document = document;
    this.#things = things;
    const { objects } = document;
    const wholes = new Set(ids.filter((id) => id in objects).map((id) => wholeOf(objects, id)));
    for (const id of wholes) if (!belongsTo(objects, id, wholes)) this.#hold(id);
  }

  /** Whether one of them stays where it is, because somebody locked it, or something in it. */
  get isLocked() {
    const ids = this.tops.map(({ id }) => id);
    return areHeld(this.#document.objects, ids);
  }

  /** Whether all of them have a place that turns, or something that they look at. */
  get turns() {
    return this.tops.every(({ entity }) => !hasNoTurn(entity));
  }

  /** Whether all of them have a size. */
  get sizes() {
    return this.tops.every(({ entity }) => COMPOSED.has(entity.kind) || entity.size !== undefined);
  }

  /** Whether they are sized alike in all directions, whichever handle is drawn. */
  get isEven() {
    const [top, ...others] = this.tops;
    if (top === undefined || others.length > 0) return true;
    const { kind } = top.entity;
    return COMPOSED.has(kind) || OUTLINED.has(kind) || this.#below(top.id).length > 0;
  }

  /** About which they turn and grow, in the world: of several, the middle below all of them. */
  get pivot() {
    const [top, ...others] = this.tops;
    if (top !== undefined && others.length === 0) return top.at.clone();
    const box = this.box();
    const middle = box.getCenter(new Vector3());
    return middle.setY(box.min.y);
  }

  /** How the first of them is turned, in the world. */
  get turn() {
    const [top] = this.tops;
    if (top === undefined) return new Quaternion();
    if (AIMED.has(top.entity.kind)) return turnTo(top.at, this.#aimOf(top.entity));
    return top.turn.clone().multiply(new Quaternion().setFromEuler(anglesOf(top.entity)));
  }

  /** @returns {Box3} around all of them as they are drawn, in the world */
  box() {
    const box = new Box3();
    for (const { id, at } of this.tops) {
      const object = this.#things.at(id);
      const boxes = object === undefined ? [] : this.#things.boxesIn([object]);
      if (boxes.length === 0) box.expandByPoint(at);
      for (const each of boxes) box.union(each);
    }
    return box;
  }

  /**
   * @param {Vector3} by in the world
   * @returns {Overrides}
   */
  moved(by) {
    return new Map(
      this.tops.map((top) => [top.id, { position: placed(top, top.at.clone().add(by)) }]),
    );
  }

  /**
   * @param {Quaternion} by in the world, about the pivot
   * @returns {Overrides}
   */
  turned(by) {
    const { pivot } = this;
    const round = (/** @type {Vector3} */ point) => point.sub(pivot).applyQuaternion(by).add(pivot);
    return new Map(
      this.tops.map((top) => {
        const at = round(top.at.clone());
        const position = placed(top, at);
        if (AIMED.has(top.entity.kind)) {
          const aim = this.#aimOf(top.entity);
          return [top.id, { position, aim: /** @type {Triple} */ (rounded(round(aim))) }];
        }
        if (hasNoTurn(top.entity)) return [top.id, { position }];
        return [top.id, { position, rotation: turnedAngles(top, by) }];
      }),
    );
  }

  /**
   * @param {Vector3} factors along the own axes of a single one; of several, all alike
   * @returns {Overrides}
   */
  sized(factors) {
    if (!this.isEven) return this.#sizedAlone(factors);
    const even = evenOf(factors);
    const { pivot } = this;
    /** @type {Map<string, Partial<Entity>>} */
    const overrides = new Map();
    for (const top of this.tops) {
      const at = top.at.clone().sub(pivot).multiplyScalar(even).add(pivot);
      const members = stretchedRounded(top.entity, even);
      const position = raised(top, placed(top, at), members.size, this.tops.length);
      overrides.set(top.id, { ...members, position });
      for (const id of this.#below(top.id)) {
        const entity = /** @type {Entity} */ (this.#document.objects[id]);
        const place = rounded(new Vector3(...entity.position).multiplyScalar(even));
        const position = /** @type {Triple} */ (place);
        overrides.set(id, { ...stretchedRounded(entity, even), position });
      }
    }
    return overrides;
  }

  /**
   * @param {Vector3} factors
   * @returns {Overrides}
   */
  #sizedAlone(factors) {
    const [top] = this.tops;
    if (top?.entity.size === undefined) return new Map();
    const by = factors.toArray().map((factor) => Math.max(factor, LEAST_FACTOR));
    const size = /** @type {Triple} */ (
      top.entity.size.map((side, axis) => round(side * (by[axis] ?? 1), DIGITS))
    );
    return new Map([[top.id, { size, position: raised(top, top.entity.position, size, 1) }]]);
  }

  /** @param {string} id */
  #hold(id) {
    const { objects } = this.#document;
    const entity = /** @type {Entity} */ (objects[id]);
    const parent = this.#things.at(id)?.parent ?? null;
    parent?.updateWorldMatrix(true, false);
    const above = parent?.matrixWorld.clone() ?? new Matrix4();
    const turn = new Quaternion();
    above.decompose(new Vector3(), turn, new Vector3());
    const at = new Vector3(...entity.position).applyMatrix4(above);
    this.tops.push({ id, entity, above, turn, at });
  }

  /** @param {string} id @returns {string[]} the ids of all that belongs to it */
  #below(id) {
    const { objects } = this.#document;
    const above = new Set([id]);
    return Object.keys(objects).filter((each) => belongsTo(objects, each, above));
  }

  /** @param {Entity} entity */
  #aimOf({ aim = [0, 0, 0] }) {
    if (typeof aim !== "string") return new Vector3(...aim);
    return this.#things.centerOf(aim, new Vector3());
  }
}

/**
 * @param {Vector3} factors
 * @returns {number} that of the handle that was drawn, for all directions
 */
export function evenOf(factors) {
  const farthest = factors.toArray().toSorted((one, other) => away(other) - away(one));
  return round(Math.max(farthest[0] ?? 1, LEAST_FACTOR), DIGITS);
}

/** @param {number} factor */
const away = (factor) => Math.abs(factor - 1);

/**
 * @param {Record<string, Entity>} objects
 * @param {string} id
 * @returns {string} the pattern that repeats it alone, which has its place; else itself
 */
function wholeOf(objects, id) {
  const parent = objects[id]?.parent ?? null;
  if (parent === null || objects[parent]?.kind !== "pattern") return id;
  const siblings = Object.values(objects).filter((each) => each.parent === parent);
  return siblings.length > 1 ? id : wholeOf(objects, parent);
}

/**
 * @param {Record<string, Entity>} objects
 * @param {string} id
 * @param {ReadonlySet<string>} others
 * @returns {boolean} whether it belongs to one of them
 */
function belongsTo(objects, id, others) {
  for (let at = objects[id]?.parent ?? null; at !== null; at = objects[at]?.parent ?? null) {
    if (others.has(at)) return true;
  }
  return false;
}

/** @param {Entity} entity */
const hasNoTurn = ({ kind }) => kind === "point_light" || kind === "hemisphere_light";

/**
 * @param {Top} top
 * @param {Vector3} at in the world
 * @returns {Triple} in its parent's space
 */
function placed({ above }, at) {
  return /** @type {Triple} */ (rounded(at.applyMatrix4(above.clone().invert())));
}

/**
 * @param {Top} top
 * @param {Quaternion} by in the world
 * @returns {Triple} degrees
 */
function turnedAngles({ entity, turn }, by) {
  const own = new Quaternion().setFromEuler(anglesOf(entity));
  const inside = turn.clone().invert().multiply(by).multiply(turn).multiply(own);
  const { x, y, z } = new Euler().setFromQuaternion(inside, "YXZ");
  return /** @type {Triple} */ (
    [x, y, z].map((angle) => round(MathUtils.radToDeg(angle), ANGLE_DIGITS))
  );
}

/** @param {Entity} entity */
function anglesOf({ rotation = [0, 0, 0] }) {
  const [x, y, z] = rotation.map(MathUtils.degToRad);
  return new Euler(x, y, z, "YXZ");
}

/**
 * A solid that stands upright stands where it stood, and does not grow into what it stands on.
 *
 * @param {Top} top
 * @param {readonly number[]} position
 * @param {readonly number[] | undefined} size that it gets
 * @param {number} count how many are sized: several grow about a point below all of them
 * @returns {Triple}
 */
function raised({ entity }, position, size, count) {
  const [x = 0, y = 0, z = 0] = position;
  const [pitch, , roll] = entity.rotation ?? [0, 0, 0];
  const isSolid = entity.size?.length === 3 && entity.kind !== "area_light";
  if (!isSolid || entity.floating || count > 1 || pitch !== 0 || roll !== 0) return [x, y, z];
  const more = (size?.[1] ?? 0) - (entity.size?.[1] ?? 0);
  return [x, round(y + more / 2, DIGITS), z];
}

/**
 * @param {Entity} entity
 * @param {number} factor
 */
function stretchedRounded(entity, factor) {
  const members = stretched(entity, factor);
  if (members.size)
    members.size = /** @type {any} */ (members.size.map((side) => round(side, DIGITS)));
  return members;
}

/** @param {Vector3} at */
const rounded = (at) => at.toArray().map((value) => round(value, DIGITS));

/**
 * @param {number} value
 * @param {number} digits
 */
const round = (value, digits) => Number(value.toFixed(digits)) + 0;
