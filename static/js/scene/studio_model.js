/** The model as it stands in the scene: the sculpture with its color, size and turn. */

import { MathUtils, Mesh, MeshStandardMaterial } from "three";
import { sculptureGeometry } from "./sculpture.js";

/** @import { Model } from "../document/schema.js" */

export class StudioModel {
  // Fully rough, so that a highlight never washes out the color that was asked for.
  mesh = new Mesh(
    sculptureGeometry(),
    new MeshStandardMaterial({ roughness: 1, flatShading: true }),
  );

  constructor() {
    this.mesh.rotation.order = "YXZ";
  }

  /** @param {Model} model */
  show({ color, scale, rotationDegrees }) {
    const [pitch, yaw, roll] = rotationDegrees;
    this.mesh.material.color.set(color);
    this.mesh.scale.set(...scale);
    this.mesh.rotation.set(
      MathUtils.degToRad(pitch),
      MathUtils.degToRad(yaw),
      MathUtils.degToRad(roll),
    );
  }

  dispose() {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}
