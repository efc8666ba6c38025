/**
 * A scene document as a glTF 2.0 file: its solids, suns, lamps and spots, and its camera, at rest.
 *
 * What glTF has no words for is left out; sessions_app/scene/descriptions/exporting.py says what.
 */

import {
  BufferGeometry,
  DirectionalLight,
  Group,
  InstancedMesh,
  MathUtils,
  Matrix4,
  Mesh,
  Object3D,
  PerspectiveCamera,
  PointLight,
  Scene,
  SpotLight,
  Vector3,
} from "three";
import { GLTFExporter } from "three/addons/exporters/GLTFExporter.js";
import { isFigure } from "./objects/drawn_object.js";
import { DrawnObjects } from "./objects/drawn_objects.js";
import { overlaysOf } from "./objects/overlays.js";

/**
 * @import { MeshStandardMaterial } from "three"
 * @import { BufferAttribute, InterleavedBufferAttribute } from "three"
 * @import { Entity, SceneDocument } from "../document/schema.js"
 */

const SPOT_ANGLE_DEGREES = 30;
const SPOT_EDGE = 0.5;
const FOV_DEGREES = 32;
const WHITE = "#ffffff";
/** Width by height of what a camera sees. */
const ASPECT = 16 / 9;

/**
 * @param {SceneDocument} document
 * @param {readonly string[] | null} ids of the objects to take, with all that belongs to them; null
 *   for all
 * @returns {Promise<ArrayBuffer>}
 */
export async function glbOf(document, ids) {
  const drawn = new DrawnObjects();
  drawn.show(document.objects);
  if (drawn.isLacking) await drawn.complete();
  drawn.updateMatrixWorld(true);
  try {
    const root = new Scene();
    root.name = "scene";
    const taken = new Taking(document, drawn);
    for (const object of taken.below(null, ids && new Set(ids))) root.add(object);
    const result = await new GLTFExporter().parseAsync(root, { binary: true, trs: true });
    return /** @type {ArrayBuffer} */ (result);
  } finally {
    drawn.dispose();
  }
}

class Taking {
  #objects;
  #drawn;
  /** By the id of its parent. @type {Map<string | null, string[]>} */
  #children = new Map();
  /** @type {Map<MeshStandardMaterial, MeshStandardMaterial>} */
  #materials = new Map();
  /** @type {Map<BufferGeometry, BufferGeometry>} */
  #smooth = new Map();
  /** @type {Map<BufferGeometry, BufferGeometry>} */
  #flat = new Map();

  /**
   * @param {SceneDocument} document
   * @param {DrawnObjects} drawn
   */
  constructor({ objects }, drawn) {
    this.#objects = objects;
    this.#drawn = drawn;
    for (const [id, { parent = null }] of Object.entries(objects)) {
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), id]);
    }
  }

  /**
   * @param {string | null} parent
   * @param {Set<string> | null} ids those to take, in the world; null for all
   * @returns {Object3D[]}
   */
  below(parent, ids) {
    return (this.#children.get(parent) ?? []).flatMap((id) => {
      const entity = this.#objects[id];
      if (entity === undefined || entity.visible === false) return [];
      if (ids !== null && !ids.has(id)) return this.below(id, ids);
      const object = this.#made(id, entity);
      if (object === null) return [];
      if (ids !== null) this.#placeInWorld(object, id);
      object.name = entity.name;
      // What a pattern repeats is there as its copies.
      const inside = entity.kind === "pattern" ? [] : this.below(id, null);
      for (const each of inside) object.add(each);
      return [object];
    });
  }

  /**
   * @param {Object3D} object
   * @param {string} id
   */
  #placeInWorld(object, id) {
    const world = this.#drawn.at(this.#objects[id]?.parent ?? "")?.matrixWorld ?? new Matrix4();
    object.updateMatrix();
    object.matrix.premultiply(world).decompose(object.position, object.quaternion, object.scale);
  }

  /**
   * @param {string} id
   * @param {Entity} entity
   * @returns {Object3D | null} in its parent's space; null for what glTF has none of
   */
  #made(id, entity) {
    const { kind, position, rotation = [0, 0, 0] } = entity;
    const object = this.#ofKind(kind, id, entity);
    if (object === null) return null;
    object.position.set(...position);
    if (object instanceof PerspectiveCamera || "isLight" in object) {
      if (!(object instanceof PointLight)) this.#aim(object, entity);
      return object;
    }
    const [pitch, yaw, roll] = rotation.map(MathUtils.degToRad);
    object.rotation.set(pitch ?? 0, yaw ?? 0, roll ?? 0, "YXZ");
    return object;
  }

  /**
   * @param {string} kind
   * @param {string} id
   * @param {Entity} entity
   * @returns {Object3D | null}
   */
  #ofKind(kind, id, entity) {
    const { color = WHITE, intensity } = entity;
    switch (kind) {
      case "directional_light":
        return withTarget(new DirectionalLight(color, intensity ?? 2));
      case "point_light":
        return new PointLight(color, intensity ?? 2);
      case "spot_light": {
        const angle = MathUtils.degToRad(entity.angle ?? SPOT_ANGLE_DEGREES);
        return withTarget(new SpotLight(color, intensity ?? 10, 0, angle, SPOT_EDGE));
      }
      case "camera":
        return new PerspectiveCamera(entity.fov ?? FOV_DEGREES, ASPECT, 0.01, 10_000);
      case "area_light":
      case "hemisphere_light":
        return null;
      default:
        return this.#solid(id);
    }
  }

  /** @param {string} id */
  #solid(id) {
    const object = new Object3D();
    for (const shape of this.#drawn.at(id)?.children ?? []) {
      if (isFigure(shape)) object.add(shape.clone());
      else if (shape.visible) object.add(...this.#shapes(shape));
    }
    return object;
  }

  /** @param {Object3D} shape of a solid, or the copies of a pattern */
  #shapes(shape) {
    if (shape instanceof Mesh) {
      const parts = [shape, ...overlaysOf(shape)].filter(isExported);
      return parts.map((part) => this.#mesh(part, shape.matrix));
    }
    if (!(shape instanceof Group)) return [];
    const copies = shape.children.filter(isExported);
    return copies.flatMap((each) => this.#copies(each));
  }

  /** @param {Object3D} copies */
  #copies(copies) {
    if (!(copies instanceof InstancedMesh)) return [];
    return Array.from({ length: copies.count }, (_, index) => {
      const matrix = new Matrix4();
      copies.getMatrixAt(index, matrix);
      return this.#mesh(copies, matrix);
    });
  }

  /**
   * @param {Mesh} shape
   * @param {Matrix4} matrix
   */
  #mesh(shape, matrix) {
    const { material } = /** @type {Mesh<BufferGeometry, MeshStandardMaterial>} */ (shape);
    const plain = Array.isArray(material)
      ? material.map((each) => this.#plain(each))
      : this.#plain(material);
    const mesh = new Mesh(this.#bare(shape.geometry, material.flatShading ?? false), plain);
    matrix.decompose(mesh.position, mesh.quaternion, mesh.scale);
    return mesh;
  }

  /**
   * @param {BufferGeometry} geometry
   * @param {boolean} isFlat whether each face is shaded by itself
   */
  #bare(geometry, isFlat) {
    const known = isFlat ? this.#flat : this.#smooth;
    const found = known.get(geometry) ?? bare(geometry, isFlat);
    known.set(geometry, found);
    return found;
  }

  /** @param {MeshStandardMaterial} material */
  #plain(material) {
    const found = this.#materials.get(material) ?? material.clone();
    found.wireframe = false;
    this.#materials.set(material, found);
    return found;
  }

  /**
   * Turns it to look along −z, as cameras do, and lights whose target is there.
   *
   * @param {Object3D} object
   * @param {Entity} entity
   */
  #aim(object, { parent, position, aim = [0, 0, 0] }) {
    const at = new Vector3();
    if (typeof aim === "string") this.#drawn.centerOf(aim, at);
    else at.set(...aim);
    const outer = this.#drawn.at(parent ?? "");
    if (outer !== undefined) outer.worldToLocal(at);
    const from = new Vector3(...position);
    if (at.distanceToSquared(from) === 0) return;
    object.quaternion.setFromRotationMatrix(new Matrix4().lookAt(from, at, new Vector3(0, 1, 0)));
  }
}

/** @param {Object3D} part the edges of a chart's texts are for the page alone */
const isExported = ({ userData }) => !userData.isEdge;

/**
 * @template {DirectionalLight | SpotLight} T
 * @param {T} light
 * @returns {T} with its target before it, as glTF has it
 */
function withTarget(light) {
  light.target.position.set(0, 0, -1);
  light.add(light.target);
  return light;
}

/**
 * @param {BufferGeometry} geometry
 * @param {boolean} isFlat
 * @returns {BufferGeometry} the same without places on textures, of which there are none; with the
 *   normals of its faces where it is flat
 */
function bare(geometry, isFlat) {
  const whole = isFlat && geometry.index !== null ? geometry.toNonIndexed() : geometry;
  const made = new BufferGeometry().setIndex(whole.index);
  for (const name of ["position", "normal", "color"]) {
    const attribute = whole.getAttribute(name);
    if (attribute !== undefined && !(isFlat && name === "normal"))
      made.setAttribute(name, name === "color" ? clamped(attribute) : attribute);
  }
  for (const { start, count, materialIndex } of whole.groups) {
    made.addGroup(start, count, materialIndex);
  }
  if (isFlat) made.computeVertexNormals();
  return made;
}

/**
 * @param {BufferAttribute | InterleavedBufferAttribute} colors lighter shades of a prop's are above 1
 * @returns {BufferAttribute | InterleavedBufferAttribute} as glTF takes them
 */
function clamped(colors) {
  const most = colors.clone();
  for (let index = 0; index < most.array.length; index++) {
    most.array[index] = Math.min(most.array[index] ?? 0, 1);
  }
  return most;
}
