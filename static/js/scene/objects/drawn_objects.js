/** The objects of a scene as three.js draws them: each touched only when its entity is another. */

import { Group, MathUtils, Mesh, MeshStandardMaterial, Object3D } from "three";
import { Geometries, scaleOf, shapeOf } from "./geometries.js";

/**
 * @import { Shape, Size } from "./geometries.js"
 *
 * @typedef {object} Entity
 * @property {string} kind
 * @property {[number, number, number]} position in the parent's space, in meters
 * @property {[number, number, number]} [rotation] pitch, yaw and roll in degrees, order YXZ
 * @property {Size} [size] of a solid
 * @property {string | null} [parent] an id
 * @property {{ color?: string, roughness?: number, metalness?: number }} [material]
 *
 * @typedef {Record<string, Entity>} Objects by id
 */

export class DrawnObjects extends Group {
  #geometries = new Geometries();
  /** @type {Map<string, DrawnObject>} */
  #drawn = new Map();
  /** @type {Objects} */
  #shown = {};

  /** How many geometries are in use. */
  get geometries() {
    return this.#geometries.size;
  }

  /**
   * @param {string} id
   * @returns {Object3D | undefined}
   */
  at(id) {
    return this.#drawn.get(id);
  }

  /**
   * @param {Objects} objects those that are equal to what is shown must be the same JavaScript objects
   * @returns {number} how many were touched
   */
  show(objects) {
    const before = this.#shown;
    this.#shown = objects;
    let touched = 0;
    for (const [id, drawn] of this.#drawn) {
      if (Object.hasOwn(objects, id)) continue;
      drawn.removeFromParent();
      drawn.dispose();
      this.#drawn.delete(id);
      touched++;
    }
    const changed = Object.entries(objects).filter(([id, entity]) => entity !== before[id]);
    for (const [id, entity] of changed) this.#drawnAs(id).show(entity);
    // Parents may come later in the map than their children.
    for (const [id, { parent }] of changed) this.#drawnAs(id).hangBelow(this.#below(parent));
    return touched + changed.length;
  }

  dispose() {
    for (const drawn of this.#drawn.values()) drawn.dispose();
    this.#drawn.clear();
  }

  /** @param {string} id */
  #drawnAs(id) {
    const drawn = this.#drawn.get(id) ?? new DrawnObject(id, this.#geometries);
    this.#drawn.set(id, drawn);
    return drawn;
  }

  /** @param {string | null | undefined} parent */
  #below(parent) {
    return (parent && this.#drawn.get(parent)) || this;
  }
}

class DrawnObject extends Object3D {
  #geometries;
  /** @type {Mesh<any, MeshStandardMaterial> | null} its own shape; children are beside it, unscaled */
  #mesh = null;
  /** @type {Shape | null} */
  #shape = null;

  /**
   * @param {string} id
   * @param {Geometries} geometries
   */
  constructor(id, geometries) {
    super();
    this.name = id;
    this.rotation.order = "YXZ";
    this.#geometries = geometries;
  }

  /** @param {Entity} entity */
  show({ kind, position, rotation = [0, 0, 0], size, material = {} }) {
    const [pitch, yaw, roll] = rotation;
    this.position.set(...position);
    this.rotation.set(MathUtils.degToRad(pitch), MathUtils.degToRad(yaw), MathUtils.degToRad(roll));
    if (size === undefined) return;
    const mesh = this.#shaped(shapeOf(kind, size));
    mesh.material.color.set(material.color ?? "#ffffff");
    mesh.material.roughness = material.roughness ?? 1;
    mesh.material.metalness = material.metalness ?? 0;
  }

  /** @param {Object3D} parent */
  hangBelow(parent) {
    if (this.parent !== parent) parent.add(this);
  }

  dispose() {
    this.#mesh?.material.dispose();
    if (this.#shape !== null) this.#geometries.release(this.#shape);
  }

  /** @param {Shape} shape */
  #shaped(shape) {
    if (shape.key !== this.#shape?.key || this.#mesh === null) {
      const geometry = this.#geometries.take(shape);
      if (this.#shape !== null) this.#geometries.release(this.#shape);
      this.#mesh ??= new Mesh(geometry, new MeshStandardMaterial());
      this.#mesh.geometry = geometry;
      this.add(this.#mesh);
    }
    this.#shape = shape;
    this.#mesh.scale.copy(scaleOf(shape.scale));
    return this.#mesh;
  }
}
