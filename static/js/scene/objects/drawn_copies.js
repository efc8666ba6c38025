/** The copies of a pattern, drawn at once for each solid of what it repeats. */

import { Box3, Group, InstancedMesh, Matrix4, Quaternion, Vector3 } from "three";
import { arranged } from "./arrangements.js";

/**
 * @import { Mesh } from "three"
 * @import { Entity } from "../../document/schema.js"
 * @import { Copy } from "./arrangements.js"
 *
 * @typedef {object} Template a solid of what is repeated
 * @property {string} id
 * @property {Mesh} mesh whose shape and surface the copies have
 * @property {Matrix4[]} frames of the copies, in the pattern's space
 * @property {Matrix4} local from the solid's shape to where the copies have it
 */

const UP = new Vector3(0, 1, 0);

/**
 * @param {Entity} entity of a pattern
 * @returns {Matrix4[]} of its copies that were not taken out, in its space
 */
export function framesOf({ arrangement, bounds = [0, 0, 0, 0, 0, 0], without = {} }) {
  if (arrangement === undefined) return [];
  return arranged(arrangement, bounds)
    .filter(({ number }) => !Object.hasOwn(without, number))
    .map(frameOf);
}

/** @param {Copy} copy */
function frameOf({ position, yaw, factor }) {
  const turn = new Quaternion().setFromAxisAngle(UP, yaw);
  return new Matrix4().compose(new Vector3(...position), turn, new Vector3(factor, factor, factor));
}

export class DrawnCopies extends Group {
  /** @type {Map<string, { instances: InstancedMesh, frames: Matrix4[], local: Matrix4 }>} */
  #drawn = new Map();
  #box = new Box3();

  /** Around all copies, in the pattern's space. */
  get bounds() {
    this.#box.makeEmpty();
    for (const { instances } of this.#drawn.values()) {
      this.#box.union(/** @type {Box3} */ (instances.boundingBox));
    }
    return this.#box;
  }

  /** @param {Template[]} templates those that are drawn from now on; only others are touched */
  show(templates) {
    const left = new Set(this.#drawn.keys());
    for (const template of templates) {
      if (template.frames.length === 0) continue;
      left.delete(template.id);
      this.#show(template);
    }
    for (const id of left) this.#remove(id);
  }

  dispose() {
    for (const id of this.#drawn.keys()) this.#remove(id);
    this.removeFromParent();
  }

  /** @param {Template} template */
  #show({ id, mesh, frames, local }) {
    const before = this.#drawn.get(id);
    const hasRoom = before && before.instances.instanceMatrix.count >= frames.length;
    if (before && !hasRoom) this.#remove(id);
    const instances = hasRoom
      ? before.instances
      : new InstancedMesh(mesh.geometry, mesh.material, frames.length);
    const isPlaced = hasRoom && before.frames === frames && before.local.equals(local);
    if (!isPlaced || instances.geometry !== mesh.geometry) {
      instances.geometry = mesh.geometry;
      place(instances, frames, local);
    }
    instances.material = mesh.material;
    instances.castShadow = mesh.castShadow;
    instances.receiveShadow = mesh.receiveShadow;
    instances.renderOrder = mesh.renderOrder;
    instances.frustumCulled = mesh.frustumCulled;
    instances.onBeforeRender = mesh.onBeforeRender;
    instances.userData = mesh.userData;
    this.add(instances);
    this.#drawn.set(id, { instances, frames, local });
  }

  /** @param {string} id */
  #remove(id) {
    const instances = this.#drawn.get(id)?.instances;
    instances?.removeFromParent();
    instances?.dispose();
    this.#drawn.delete(id);
  }
}

/**
 * @param {InstancedMesh} instances
 * @param {Matrix4[]} frames
 * @param {Matrix4} local
 */
function place(instances, frames, local) {
  const matrix = new Matrix4();
  for (const [index, frame] of frames.entries()) {
    instances.setMatrixAt(index, matrix.multiplyMatrices(frame, local));
  }
  instances.count = frames.length;
  instances.instanceMatrix.needsUpdate = true;
  instances.computeBoundingBox();
  instances.computeBoundingSphere();
}
