/** Shows what is selected: the edges of its box, a light's shape, what a camera sees. */

import { Box3, Group, Matrix4, Vector3 } from "three";
import { LineMaterial } from "three/addons/lines/LineMaterial.js";
import { LineSegments2 } from "three/addons/lines/LineSegments2.js";
import { LineSegmentsGeometry } from "three/addons/lines/LineSegmentsGeometry.js";
import { isLight } from "../lights/drawn_light.js";
import { EDITING_LAYER } from "./layer.js";
import { boxLines, frameLines } from "./mark_lines.js";

/**
 * @import { SceneDocument } from "../../document/schema.js"
 * @import { DrawnObject } from "../objects/drawn_object.js"
 * @import { DrawnObjects } from "../objects/drawn_objects.js"
 * @import { Lines } from "./mark_lines.js"
 */

const OWN = "#4fd6d6";
/**
 * A light line with a dark one below it is seen before anything, and faintly behind anything.
 *
 * @param {string} color
 */
const strokes = (color) => [
  { color, linewidth: 1.5, opacity: 0.35, depthTest: false },
  { color: "#06282c", linewidth: 4, opacity: 0.45 },
  { color, linewidth: 2, opacity: 1 },
];
/** Of more objects than these, no edges are drawn. */
const MOST_MARKED = 200;

export class SelectionMarks extends Group {
  #things;
  #reach;
  #geometry = new LineSegmentsGeometry();
  /** How many numbers it is for. */
  #held = 0;
  /** @type {LineSegments2[]} */
  #strokes = [];
  /** What is drawn. @type {readonly number[]} */
  #drawn = [];

  /**
   * @param {DrawnObjects} things
   * @param {() => number} reach how far the scene reaches, in meters
   * @param {string} [color] whose selection it is
   */
  constructor(things, reach, color = OWN) {
    super();
    this.#things = things;
    this.#reach = reach;
    for (const [order, stroke] of strokes(color).entries()) {
      const material = new LineMaterial({
        ...stroke,
        transparent: true,
        toneMapped: false,
        fog: false,
        depthWrite: false,
      });
      const lines = new LineSegments2(this.#geometry, material);
      lines.renderOrder = (color === OWN ? 1000 : 990) + order;
      lines.frustumCulled = false;
      lines.layers.set(EDITING_LAYER);
      this.#strokes.push(lines);
      this.add(lines);
    }
  }

  /**
   * @param {SceneDocument} document that is drawn
   * @param {readonly string[]} ids of what is selected
   */
  show(document, ids) {
    const lines = ids.slice(0, MOST_MARKED).flatMap((id) => this.#linesOf(document, id));
    this.visible = lines.length > 0;
    const numbers = lines.flatMap(({ x, y, z }) => [x, y, z]);
    const isSame =
      numbers.length === this.#drawn.length &&
      numbers.every((each, at) => each === this.#drawn[at]);
    if (isSame) return;
    if (this.visible) this.#geometryOf(numbers.length).setPositions(numbers);
    this.#drawn = numbers;
  }

  /** Above the middle of what is marked, in the world; null where nothing is. */
  get top() {
    if (!this.visible || this.#drawn.length === 0) return null;
    const box = new Box3().setFromArray([...this.#drawn]);
    return box.getCenter(new Vector3()).setY(box.max.y);
  }

  dispose() {
    this.#geometry.dispose();
    for (const { material } of this.#strokes) material.dispose();
  }

  /** @param {number} count of the numbers that it is to hold: three.js lets no geometry grow */
  #geometryOf(count) {
    if (count === this.#held) return this.#geometry;
    this.#held = count;
    this.#geometry.dispose();
    this.#geometry = new LineSegmentsGeometry();
    for (const lines of this.#strokes) lines.geometry = this.#geometry;
    return this.#geometry;
  }

  /**
   * @param {SceneDocument} document
   * @param {string} id
   * @returns {Lines}
   */
  #linesOf({ objects }, id) {
    const entity = objects[id];
    const object = this.#things.at(id);
    if (entity === undefined || object === undefined) return [];
    object.updateWorldMatrix(true, true);
    if (entity.kind !== "camera" && !isLight(entity.kind)) {
      const box = boxOf(/** @type {DrawnObject} */ (object));
      return box.isEmpty() ? [] : boxLines(box, object.matrixWorld);
    }
    const at = object.getWorldPosition(new Vector3());
    const aim = new Vector3();
    if (typeof entity.aim === "string") this.#things.centerOf(entity.aim, aim);
    else aim.set(...(entity.aim ?? [0, 0, 0]));
    return frameLines(entity, at, aim, this.#reach());
  }
}

/**
 * @param {DrawnObject} object
 * @returns {Box3} around it and all that belongs to it, along its own axes
 */
export function boxOf(object) {
  const inside = object.matrixWorld.clone().invert();
  const box = new Box3();
  for (const part of object.shapes()) {
    const own = part.ownBox;
    if (own === null || !part.visible) continue;
    box.union(own.box.clone().applyMatrix4(new Matrix4().multiplyMatrices(inside, own.matrix)));
  }
  return box;
}
