/** The box of a model as it is drawn at rest: with its skins, and the weights of its morphs. */

/** @import { Accessor, Node, Primitive, Scene, Skin } from "@gltf-transform/core" */

/** @typedef {[number, number, number]} Vector */

/** @param {Scene} scene */
export function boundsOf(scene) {
  /** @type {{ min: Vector, max: Vector, triangles: number }} */
  const bounds = {
    min: [Infinity, Infinity, Infinity],
    max: [-Infinity, -Infinity, -Infinity],
    triangles: 0,
  };
  scene.traverse((node) => {
    const mesh = node.getMesh();
    if (!mesh) return;
    const skin = node.getSkin();
    const weights = node.getWeights().length ? node.getWeights() : mesh.getWeights();
    for (const primitive of mesh.listPrimitives()) {
      const matrix = skin ? undefined : node.getWorldMatrix();
      extend(bounds, primitive, weights, matrix, skin ? bonesOf(skin) : []);
    }
  });
  return bounds;
}

/**
 * @param {{ min: Vector, max: Vector, triangles: number }} bounds
 * @param {Primitive} primitive
 * @param {number[]} weights
 * @param {number[] | undefined} matrix the node's, unless bones move it
 * @param {number[][]} bones
 */
function extend(bounds, primitive, weights, matrix, bones) {
  const position = primitive.getAttribute("POSITION");
  if (!position) return;
  bounds.triangles += trianglesOf(primitive, position);
  const morphs = morphsOf(primitive, weights);
  const joints = bones.length ? primitive.getAttribute("JOINTS_0") : null;
  const shares = primitive.getAttribute("WEIGHTS_0");
  /** @type {Vector} */
  const at = [0, 0, 0];
  for (let index = 0; index < position.getCount(); index++) {
    position.getElement(index, at);
    for (const morph of morphs) morph(index, at);
    const placed =
      joints && shares
        ? skinned(at, bones, joints.getElement(index, []), shares.getElement(index, []))
        : transformed(at, matrix ?? IDENTITY);
    for (const axis of AXES) {
      bounds.min[axis] = Math.min(bounds.min[axis], placed[axis]);
      bounds.max[axis] = Math.max(bounds.max[axis], placed[axis]);
    }
  }
}

/**
 * @param {Primitive} primitive
 * @param {Accessor} position
 */
function trianglesOf(primitive, position) {
  const count = primitive.getIndices()?.getCount() ?? position.getCount();
  const mode = primitive.getMode();
  if (mode === TRIANGLES) return Math.floor(count / 3);
  return mode > TRIANGLES ? Math.max(0, count - 2) : 0;
}

const TRIANGLES = 4;

/**
 * @param {Primitive} primitive
 * @param {number[]} weights
 * @returns {((index: number, at: Vector) => void)[]} what moves a vertex at rest
 */
function morphsOf(primitive, weights) {
  return primitive.listTargets().flatMap((target, each) => {
    const offsets = target.getAttribute("POSITION");
    const weight = weights[each] ?? 0;
    if (!offsets || !weight) return [];
    /** @type {number[]} */
    const offset = [];
    return (/** @type {number} */ index, /** @type {Vector} */ at) => {
      offsets.getElement(index, offset);
      for (const axis of AXES) at[axis] += weight * (offset[axis] ?? 0);
    };
  });
}

const AXES = /** @type {const} */ ([0, 1, 2]);
const IDENTITY = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * @param {Skin} skin
 * @returns {number[][]} for each joint, the matrix that takes a vertex to its place
 */
function bonesOf(skin) {
  const inverse = skin.getInverseBindMatrices();
  return skin.listJoints().map((joint, index) => {
    const world = /** @type {Node} */ (joint).getWorldMatrix();
    return inverse ? product(world, inverse.getElement(index, [])) : world;
  });
}

/**
 * @param {Vector} at
 * @param {number[][]} bones
 * @param {number[]} joints
 * @param {number[]} shares
 * @returns {Vector}
 */
function skinned(at, bones, joints, shares) {
  /** @type {Vector} */
  const sum = [0, 0, 0];
  joints.forEach((joint, index) => {
    const share = shares[index] ?? 0;
    const bone = bones[joint];
    if (!share || !bone) return;
    const moved = transformed(at, bone);
    for (const axis of AXES) sum[axis] += share * moved[axis];
  });
  return sum;
}

/**
 * @param {Vector} at
 * @param {number[]} matrix in columns
 * @returns {Vector}
 */
function transformed([x, y, z], matrix) {
  const row = (/** @type {0 | 1 | 2} */ axis) =>
    (matrix[axis] ?? 0) * x +
    (matrix[axis + 4] ?? 0) * y +
    (matrix[axis + 8] ?? 0) * z +
    (matrix[axis + 12] ?? 0);
  return [row(0), row(1), row(2)];
}

/**
 * @param {number[]} left
 * @param {number[]} right
 */
function product(left, right) {
  return IDENTITY.map((_, index) => {
    const row = index % 4;
    const column = index - row;
    let sum = 0;
    for (let step = 0; step < 4; step++) {
      sum += (left[row + 4 * step] ?? 0) * (right[column + step] ?? 0);
    }
    return sum;
  });
}
