/** An area light of the studio, aimed at the model, with a frame that shows its rectangle. */

import { Group, RectAreaLight, Vector3 } from "three";
import { LineMaterial } from "three/addons/lines/LineMaterial.js";
import { LineSegments2 } from "three/addons/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/addons/lines/LineSegmentsGeometry.js";
import { position } from "./directions.js";

/** @import { Light } from "../document/schema.js" */

/** Only a camera that sees this layer sees the frames. */
export const FRAMES_LAYER = 1;

const ORIGIN = new Vector3();
const FRAME_WIDTH_PX = 1.5;
/** The four edges of a square of side 1 about the origin, as pairs of ends. */
const EDGES = [
  [-1, -1, 1, -1],
  [1, -1, 1, 1],
  [1, 1, -1, 1],
  [-1, 1, -1, -1],
].flatMap(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => [x1 / 2, y1 / 2, 0, x2 / 2, y2 / 2, 0]);

export class StudioLight extends Group {
  #light = new RectAreaLight();
  #material = new LineMaterial({ linewidth: FRAME_WIDTH_PX, toneMapped: false });
  #frame = new LineSegments2(new LineSegmentsGeometry().setPositions(EDGES), this.#material);

  constructor() {
    super();
    // A RectAreaLight shines along its -z, and lookAt() turns the +z of what is no light or
    // camera toward the target: the light inside the group is turned round once.
    this.#light.rotation.y = Math.PI;
    this.#frame.layers.set(FRAMES_LAYER);
    this.add(this.#light, this.#frame);
  }

  /** @param {Light} light */
  show(light) {
    const [width, height] = light.size;
    this.#light.color.set(light.color);
    this.#light.intensity = light.intensity;
    this.#light.width = width;
    this.#light.height = height;
    this.#frame.scale.set(width, height, 1);
    this.#material.color.set(light.color);
    this.position.copy(position(light));
    this.lookAt(ORIGIN);
  }

  dispose() {
    this.#light.dispose();
    this.#frame.geometry.dispose();
    this.#material.dispose();
  }
}
