/** The objects of a scene as three.js draws them: each touched only when its entity is another. */

import { Box3, Group, MathUtils, Mesh, Object3D, Vector3 } from "three";
import { Geometries, isSolid, scaleOf, shapeOf } from "./geometries.js";
import { loadedLetters } from "./lettering.js";
import { Materials, surfaceOf, throwsShadow } from "./materials.js";

/**
 * @import { Entity } from "../../document/schema.js"
 * @import { Shape } from "./geometries.js"
 * @import { Surface } from "./materials.js"
 *
 * @typedef {Record<string, Entity>} Objects by id
 */

export class DrawnObjects extends Group {
  #geometries = new Geometries();
  #materials = new Materials();
  /** @type {Map<string, DrawnObject>} */
  #drawn = new Map();
  /** @type {Objects} */
  #shown = {};

  /** How many geometries are in use. */
  get geometries() {
    return this.#geometries.size;
  }

  /** How many materials are in use. */
  get materials() {
    return this.#materials.size;
  }

  /** Whether something is left out until the letters of texts are loaded. */
  get lacksLetters() {
    return loadedLetters() === null && this.#texts().length > 0;
  }

  /** Draws what was left out. */
  showTexts() {
    for (const [id, entity] of this.#texts()) this.#drawnAs(id).show(entity);
  }

  /**
   * @param {string} id
   * @returns {Object3D | undefined}
   */
  at(id) {
    return this.#drawn.get(id);
  }

  /** @returns {Box3[]} of each shape that is seen, in the world */
  boxes() {
    this.updateMatrixWorld(true);
    /** @type {Box3[]} */
    const boxes = [];
    this.traverseVisible((object) => {
      const box = object instanceof DrawnObject ? object.ownBounds : null;
      if (box && !box.isEmpty()) boxes.push(box.clone());
    });
    return boxes;
  }

  /**
   * @param {Iterable<Object3D>} objects
   * @returns {Box3[]} the same of these with all that belongs to them, as they are placed now
   */
  boxesIn(objects) {
    /** @type {Box3[]} */
    const boxes = [];
    for (const object of objects) {
      object.updateWorldMatrix(true, true);
      object.traverseVisible((part) => {
        const box = part instanceof DrawnObject ? part.ownBounds : null;
        if (box && !box.isEmpty()) boxes.push(box.clone());
      });
    }
    return boxes;
  }

  /**
   * @param {string} id
   * @param {Vector3} into
   * @returns {Vector3} the middle of the object and what belongs to it, in the world; the origin
   *   where there is no such object
   */
  centerOf(id, into) {
    const object = this.#drawn.get(id);
    if (object === undefined) return into.set(0, 0, 0);
    object.updateWorldMatrix(true, true);
    const box = new Box3();
    object.traverse((part) => {
      if (part instanceof DrawnObject) box.union(part.ownBounds);
    });
    return box.isEmpty() ? object.getWorldPosition(into) : box.getCenter(into);
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

  /** Frees what glass reads the picture behind it from, until it is drawn again. */
  freeBehindGlass() {
    this.#materials.freeBehindGlass();
  }

  dispose() {
    for (const drawn of this.#drawn.values()) drawn.dispose();
    this.#drawn.clear();
    this.#shown = {};
    this.clear();
  }

  #texts() {
    return Object.entries(this.#shown).filter(([, { kind }]) => kind === "text");
  }

  /** @param {string} id */
  #drawnAs(id) {
    const drawn = this.#drawn.get(id) ?? new DrawnObject(id, this.#geometries, this.#materials);
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
  #materials;
  /** @type {Mesh | null} its own shape; children are beside it, unscaled */
  #mesh = null;
  /** @type {Shape | null} */
  #shape = null;
  /** @type {Surface | null} */
  #surface = null;
  #box = new Box3();

  /**
   * @param {string} id
   * @param {Geometries} geometries
   * @param {Materials} materials
   */
  constructor(id, geometries, materials) {
    super();
    this.name = id;
    this.rotation.order = "YXZ";
    this.#geometries = geometries;
    this.#materials = materials;
  }

  /** Of its own shape alone, in the world as its matrices are. */
  get ownBounds() {
    if (this.#mesh === null) return this.#box.makeEmpty();
    const { geometry, matrixWorld } = this.#mesh;
    if (geometry.boundingBox === null) geometry.computeBoundingBox();
    return this.#box.copy(/** @type {Box3} */ (geometry.boundingBox)).applyMatrix4(matrixWorld);
  }

  /** @param {Entity} entity */
  show({ kind, position, rotation = [0, 0, 0], size, text, material = {}, visible = true }) {
    const [pitch, yaw, roll] = rotation;
    this.visible = visible;
    this.position.set(...position);
    this.rotation.set(MathUtils.degToRad(pitch), MathUtils.degToRad(yaw), MathUtils.degToRad(roll));
    const shape = size?.length === 3 && isSolid(kind) ? shapeOf(kind, size, text) : null;
    if (shape === null) {
      this.#clear();
      return;
    }
    const mesh = this.#meshOf(shape, surfaceOf(material, shape));
    mesh.scale.copy(scaleOf(shape.scale));
  }

  /** @param {Object3D} parent */
  hangBelow(parent) {
    if (this.parent !== parent) parent.add(this);
  }

  dispose() {
    this.#clear();
  }

  #clear() {
    this.#mesh?.removeFromParent();
    this.#mesh = null;
    if (this.#shape !== null) this.#geometries.release(this.#shape);
    if (this.#surface !== null) this.#materials.release(this.#surface);
    this.#shape = null;
    this.#surface = null;
  }

  /**
   * @param {Shape} shape
   * @param {Surface} surface
   */
  #meshOf(shape, surface) {
    const [before, painted] = [this.#shape, this.#surface];
    if (this.#mesh !== null && shape.key === before?.key && surface.key === painted?.key) {
      return this.#mesh;
    }
    // What is still needed is taken before it is given back, or it would be made anew.
    const geometry = this.#geometries.take(shape);
    const material = this.#materials.take(surface);
    this.#mesh ??= new Mesh(geometry, material);
    this.#mesh.geometry = geometry;
    this.#mesh.material = material;
    this.#mesh.castShadow = throwsShadow(surface);
    this.#mesh.receiveShadow = true;
    this.add(this.#mesh);
    if (before !== null) this.#geometries.release(before);
    if (painted !== null) this.#materials.release(painted);
    this.#shape = shape;
    this.#surface = surface;
    return this.#mesh;
  }
}
