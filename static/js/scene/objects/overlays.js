/** What is drawn over a shape and belongs to it: the texts and lines of a chart. */

import { Mesh } from "three";

/** @import { BufferGeometry } from "three" */

/**
 * @param {Mesh} mesh
 * @param {BufferGeometry} geometry that has become its own
 */
export function overlay(mesh, geometry) {
  mesh.clear();
  for (const each of geometry.userData.overlays?.() ?? []) mesh.add(each);
}

/**
 * @param {Mesh} mesh
 * @returns {Mesh[]} in the space of the mesh
 */
export const overlaysOf = (mesh) => mesh.children.filter((child) => child instanceof Mesh);
