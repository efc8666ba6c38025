/**
 * Says line by line where three.js draws what: objects in; out the bounds of each by id, and by the
 * id of each pattern that draws copies, the matrices from their shapes to the world.
 */

import { createInterface } from "node:readline";
import { Box3, Group, InstancedMesh, Matrix4, Vector3 } from "three";
import { DrawnCopies } from "../../static/js/scene/objects/drawn_copies.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

/** @import { Mesh, Object3D } from "three" */

/** @param {InstancedMesh} instances */
function matricesOf(instances) {
  return Array.from({ length: instances.count }, (_, index) => {
    const matrix = new Matrix4();
    instances.getMatrixAt(index, matrix);
    return matrix.premultiply(instances.matrixWorld);
  });
}

/**
 * @param {Object3D} object
 * @param {Box3} into around every corner of what is drawn in it; what a pattern repeats is not
 */
function expand(object, into) {
  const { geometry } = /** @type {Mesh} */ (object);
  const matrices = object instanceof InstancedMesh ? matricesOf(object) : [object.matrixWorld];
  if (geometry) {
    const corners = geometry.getAttribute("position");
    const corner = new Vector3();
    for (const matrix of matrices) {
      for (let i = 0; i < corners.count; i++) {
        into.expandByPoint(corner.fromBufferAttribute(corners, i).applyMatrix4(matrix));
      }
    }
  }
  for (const child of object.children) {
    const isUnit = child.constructor === Group && !child.visible;
    if (!isUnit) expand(child, into);
  }
  return into;
}

/** @param {Object3D} object */
function copiesOf(object) {
  const drawn = object.children.find((child) => child instanceof DrawnCopies);
  const instances = /** @type {InstancedMesh[]} */ (drawn?.children ?? []);
  return instances.flatMap(matricesOf).map((matrix) => matrix.toArray());
}

for await (const line of createInterface({ input: process.stdin })) {
  const objects = JSON.parse(line);
  const all = new DrawnObjects();
  all.show(objects);
  await all.complete();
  all.updateMatrixWorld(true);
  const drawn = Object.keys(objects).map((id) => {
    const object = /** @type {Object3D} */ (all.at(id));
    const { min, max } = expand(object, new Box3());
    return { id, bounds: [min.toArray(), max.toArray()], copies: copiesOf(object) };
  });
  const bounds = Object.fromEntries(drawn.map((each) => [each.id, each.bounds]));
  const copies = Object.fromEntries(drawn.map((each) => [each.id, each.copies]));
  process.stdout.write(`${JSON.stringify({ bounds, copies })}\n`);
}
