/** One object of a scene as three.js draws it: its own shape, or the copies of a pattern. */

import { Box3, Group, MathUtils, Matrix4, Mesh, Object3D } from "three";
import { DrawnCopies, framesOf } from "./drawn_copies.js";
import { scaleOf, shapeOf } from "./geometries.js";
import { surfaceOf, throwsShadow } from "./materials.js";
import { overlay, overlaysOf } from "./overlays.js";

/**
 * @import { Entity, Material } from "../../document/schema.js"
 * @import { Template } from "./drawn_copies.js"
 * @import { Geometries, Shape } from "./geometries.js"
 * @import { Materials, Surface } from "./materials.js"
 * @import { Models } from "./models.js"
 */

/** Of what is not loaded yet, or cannot be: a gray box. @type {Material} */
const UNLOADED = { color: "#9aa0a6", opacity: 0.6 };
/** The members of a pattern on which its copies depend, beside what it repeats. */
const ARRANGED_BY = /** @type {const} */ (["arrangement", "bounds", "without"]);

/**
 * @param {Object3D} object
 * @param {Matrix4[]} frames
 * @param {Matrix4} outer
 * @returns {Generator<Template>} of the solids in all that hangs below it
 */
function* templates(object, frames, outer) {
  for (const child of object.children) {
    if (child instanceof DrawnObject) yield* child.templates(frames, outer);
  }
}

/**
 * @param {readonly Surface[]} some
 * @param {readonly Surface[]} others
 */
const areEqual = (some, others) =>
  some.length === others.length && some.every(({ key }, index) => key === others[index]?.key);
/** @param {Object3D} object @returns {boolean} whether it is the loaded model of an object */
export const isFigure = (object) => object.userData.isFigure === true;

export class DrawnObject extends Object3D {
  #geometries;
  #materials;
  #models;
  /** The file of its model, which it has taken. @type {string | null} */
  #asset = null;
  /** Its model, once it is loaded; until then, its shape is a box. @type {Object3D | null} */
  #figure = null;
  /** What its model is painted with in place of its own materials. @type {Surface | null} */
  #paint = null;
  /** @type {Mesh | null} its own shape; children are beside it, unscaled */
  #mesh = null;
  /** @type {Shape | null} */
  #shape = null;
  /** Its own, and those that its shape has beside it. @type {Surface[]} */
  #surfaces = [];
  #box = new Box3();
  /** @type {Group | null} of a pattern: what it repeats, which is not drawn itself */
  #unit = null;
  /** @type {DrawnCopies | null} */
  #copies = null;
  /** @type {Entity | null} of a pattern */
  #pattern = null;
  /** Of the copies, in the pattern's space. @type {Matrix4[]} */
  #frames = [];

  /**
   * @param {string} id
   * @param {Geometries} geometries
   * @param {Materials} materials
   * @param {Models} models
   */
  constructor(id, geometries, materials, models) {
    super();
    this.name = id;
    this.rotation.order = "YXZ";
    this.#geometries = geometries;
    this.#materials = materials;
    this.#models = models;
  }

  /** Of its own shape alone, or of all copies of a pattern, in the world as its matrices are. */
  get ownBounds() {
    const own = this.ownBox;
    return own === null ? this.#box.makeEmpty() : this.#box.copy(own.box).applyMatrix4(own.matrix);
  }

  /** The same in a space of its own, with the matrix from there; null where it has none. */
  get ownBox() {
    if (this.#copies !== null)
      return { box: this.#copies.bounds, matrix: this.#copies.matrixWorld };
    if (this.#mesh === null) return null;
    const { geometry, matrixWorld: matrix } = this.#mesh;
    if (geometry.boundingBox === null) geometry.computeBoundingBox();
    return { box: /** @type {Box3} */ (geometry.boundingBox), matrix };
  }

  /**
   * Itself and all that belongs to it, but for what a pattern repeats.
   *
   * @returns {Generator<DrawnObject>}
   */
  *shapes() {
    yield this;
    if (this.#unit !== null) return;
    for (const child of this.children) if (child instanceof DrawnObject) yield* child.shapes();
  }

  /** @param {Entity} entity */
  show(entity) {
    const { kind, position, rotation = [0, 0, 0], material = {}, visible = true } = entity;
    const [pitch, yaw, roll] = rotation;
    this.visible = visible;
    this.position.set(...position);
    this.rotation.set(MathUtils.degToRad(pitch), MathUtils.degToRad(yaw), MathUtils.degToRad(roll));
    if (kind === "pattern") this.#showPattern(entity);
    else this.#endPattern();
    const shape = shapeOf(entity);
    if (shape === null) {
      this.#clear();
      return;
    }
    const surface = surfaceOf(kind === "model" ? UNLOADED : material, shape);
    const fixed = (shape.fixed ?? []).map((each) => surfaceOf(each, shape));
    const mesh = this.#meshOf(shape, [surface, ...fixed]);
    mesh.scale.copy(scaleOf(shape.scale));
    this.#showModel(kind === "model" ? (entity.asset ?? null) : null, mesh, material);
  }

  /** @param {Object3D} parent */
  hangBelow(parent) {
    const place = (parent instanceof DrawnObject && parent.#unit) || parent;
    if (this.parent !== place) place.add(this);
  }

  /** @param {boolean} isOutermost whether no other pattern repeats this one */
  showCopies(isOutermost) {
    if (!isOutermost || this.#unit === null) {
      this.#copies?.dispose();
      this.#copies = null;
      return;
    }
    this.#copies ??= new DrawnCopies();
    this.add(this.#copies);
    this.#copies.show([...templates(this.#unit, this.#frames, new Matrix4())]);
  }

  /**
   * @param {Matrix4[]} frames of the copies of the pattern around it
   * @param {Matrix4} outer from its parent's space to the pattern's
   * @returns {Generator<Template>} of the solids in it
   */
  *templates(frames, outer) {
    if (!this.visible) return;
    this.updateMatrix();
    const local = outer.clone().multiply(this.matrix);
    if (this.#unit !== null) {
      const inner = frames.flatMap((frame) =>
        this.#frames.map((own) => frame.clone().multiply(local).multiply(own)),
      );
      yield* templates(this.#unit, inner, new Matrix4());
      return;
    }
    if (this.#figure !== null) yield* this.#modelTemplates(this.#figure, frames, local);
    else if (this.#mesh !== null) {
      this.#mesh.updateMatrix();
      const shape = local.clone().multiply(this.#mesh.matrix);
      yield { id: this.name, mesh: this.#mesh, frames, local: shape };
      for (const [at, overlay] of overlaysOf(this.#mesh).entries()) {
        yield { id: `${this.name} ${at}`, mesh: overlay, frames, local: shape };
      }
    }
    yield* templates(this, frames, local);
  }

  /**
   * @param {Object3D} figure
   * @param {Matrix4[]} frames
   * @param {Matrix4} local
   * @returns {Generator<Template>} of each mesh of a model; what bones move is at rest
   */
  *#modelTemplates(figure, frames, local) {
    figure.updateMatrixWorld(true);
    const inward = figure.matrixWorld.clone().invert();
    figure.updateMatrix();
    /** @type {Mesh[]} */
    const meshes = [];
    figure.traverse((part) => {
      if (part instanceof Mesh) meshes.push(part);
    });
    for (const [number, mesh] of meshes.entries()) {
      const own = inward.clone().multiply(mesh.matrixWorld);
      const shape = local.clone().multiply(figure.matrix).multiply(own);
      yield { id: `${this.name} ${number}`, mesh, frames, local: shape };
    }
  }

  dispose() {
    this.#clear();
    this.#copies?.dispose();
    this.#copies = null;
  }

  /** @param {Entity} entity */
  #showPattern(entity) {
    if (this.#unit === null) {
      this.#unit = new Group();
      this.#unit.visible = false;
      for (const child of this.#childrenIn(this)) this.#unit.add(child);
      this.add(this.#unit);
    }
    const before = this.#pattern;
    const isSame = ARRANGED_BY.every((member) => before?.[member] === entity[member]);
    if (before === null || !isSame) this.#frames = framesOf(entity);
    this.#pattern = entity;
  }

  /** Another scene may have something else of the same id. */
  #endPattern() {
    if (this.#unit === null) return;
    for (const child of this.#childrenIn(this.#unit)) this.add(child);
    this.#unit.removeFromParent();
    this.#unit = null;
    this.#pattern = null;
  }

  /** @param {Object3D} place */
  #childrenIn(place) {
    return place.children.filter((child) => child instanceof DrawnObject);
  }

  /**
   * @param {string | null} asset
   * @param {Mesh} mesh its box, which stands for it until it is loaded, and measures it then
   * @param {Material} material
   */
  #showModel(asset, mesh, material) {
    if (asset !== this.#asset) {
      if (asset !== null) this.#models.take(asset);
      this.#endModel();
      this.#asset = asset;
    }
    if (asset !== null) this.#figure ??= this.#models.figureOf(asset);
    mesh.visible = this.#figure === null;
    if (this.#figure === null) return;
    this.add(this.#figure);
    this.#figure.scale.copy(mesh.scale);
    this.#paintModel(Object.keys(material).length > 0 ? surfaceOf(material) : null);
  }

  /** @param {Surface | null} surface null for the materials that the file has */
  #paintModel(surface) {
    if (surface?.key === this.#paint?.key) return;
    const paint = surface && this.#materials.take(surface);
    this.#figure?.traverse((part) => {
      if (!(part instanceof Mesh)) return;
      part.userData.own ??= part.material;
      part.material = paint ?? part.userData.own;
      part.castShadow = surface === null || throwsShadow(surface);
    });
    if (this.#paint !== null) this.#materials.release(this.#paint);
    this.#paint = surface;
  }

  #endModel() {
    this.#figure?.removeFromParent();
    this.#figure = null;
    if (this.#paint !== null) this.#materials.release(this.#paint);
    this.#paint = null;
    if (this.#asset !== null) this.#models.release(this.#asset);
    this.#asset = null;
  }

  #clear() {
    this.#endModel();
    this.#mesh?.removeFromParent();
    this.#mesh = null;
    if (this.#shape !== null) this.#geometries.release(this.#shape);
    for (const surface of this.#surfaces) this.#materials.release(surface);
    this.#shape = null;
    this.#surfaces = [];
  }

  /**
   * @param {Shape} shape
   * @param {Surface[]} surfaces its own first
   */
  #meshOf(shape, surfaces) {
    const [before, painted] = [this.#shape, this.#surfaces];
    if (this.#mesh !== null && shape.key === before?.key && areEqual(surfaces, painted)) {
      return this.#mesh;
    }
    // What is still needed is taken before it is given back, or it would be made anew.
    const geometry = this.#geometries.take(shape);
    const materials = surfaces.map((surface) => this.#materials.take(surface));
    const [own] = materials;
    const material = own !== undefined && materials.length === 1 ? own : materials;
    this.#mesh ??= new Mesh(geometry, material);
    this.#mesh.geometry = geometry;
    this.#mesh.material = material;
    this.#mesh.castShadow = surfaces.slice(0, 1).every(throwsShadow);
    this.#mesh.receiveShadow = true;
    if (shape.key !== before?.key) overlay(this.#mesh, geometry);
    this.add(this.#mesh);
    if (before !== null) this.#geometries.release(before);
    for (const surface of painted) this.#materials.release(surface);
    this.#shape = shape;
    this.#surfaces = surfaces;
    return this.#mesh;
  }
}
