/** Props as one geometry each: their parts, low-poly, in few surfaces. */

import {
  BufferAttribute,
  BufferGeometry,
  Color,
  Euler,
  MathUtils,
  Matrix4,
  Quaternion,
  Vector3,
} from "three";
import { partsOf } from "./parts.js";
import { formsOf, PAINTS, PROPS, recipeOf, SURFACES } from "./recipes.js";
import { solidOf } from "./solids.js";

/**
 * @import { Box3 } from "three"
 * @import { Material } from "../../document/schema.js"
 * @import { Part, Triple } from "./parts.js"
 * @import { Tools } from "./solids.js"
 */

const MAIN = "main";
const SOFT = "soft";

export class PropMaker {
  #tools;

  /** @param {Tools} tools */
  constructor(tools) {
    this.#tools = tools;
  }

  /** All recipes, by name. */
  get props() {
    return PROPS;
  }

  /** @param {string} prop */
  formsOf(prop) {
    return formsOf(prop);
  }

  /**
   * @param {string} prop
   * @param {string} form
   * @returns {Material[] | null} those that it has beside its own; null for a prop that is not known
   */
  fixedSurfaces(prop, form) {
    const recipe = recipeOf(prop, form);
    return recipe && namesOf(recipe.parts).map((name) => SURFACES.get(name) ?? {});
  }

  /**
   * @param {string} prop one that is known
   * @param {string} form
   * @param {Triple} size
   * @returns {BufferGeometry} exactly as large, with a group for each surface, the prop's own first,
   *   and colors of its corners: in the first group, what the color of the prop is multiplied by
   */
  propGeometry(prop, form, size) {
    const { mergeGeometries } = this.#tools;
    const parts = partsOf(prop, form, size);
    const longest = Math.max(...size);
    const surfaces = [MAIN, ...namesOf(parts)];
    /** @type {BufferGeometry[][]} by surface */
    const solids = surfaces.map(() => []);
    for (const part of parts) {
      const { surface, color } = paintOf(part.color);
      const solid = painted(placed(solidOf(part, longest, this.#tools), part), color);
      solids[surfaces.indexOf(surface)]?.push(solid);
    }
    const filled = [...solids.keys()].filter((index) => solids[index]?.length);
    const merged = filled.map((index) => mergeGeometries(solids[index] ?? []));
    const geometry = mergeGeometries(merged, true);
    for (const [at, group] of geometry.groups.entries()) group.materialIndex = filled[at] ?? 0;
    return fitted(geometry, size);
  }
}

/** @param {readonly { color?: string }[]} parts */
const namesOf = (parts) => [
  ...new Set(
    parts.map(({ color = MAIN }) => paintOf(color).surface).filter((name) => name !== MAIN),
  ),
];

/**
 * @param {string} text "main", "main*0.8", the name of a paint, or #rrggbb
 * @returns {{ surface: string, color: Color }}
 */
function paintOf(text) {
  if (text.startsWith(MAIN)) {
    const [, share = 1] = text.split("*");
    return { surface: MAIN, color: new Color().setScalar(Number(share)) };
  }
  const [color, surface] = PAINTS.get(text) ?? [text, SOFT];
  return { surface, color: new Color(color) };
}

/**
 * @param {BufferGeometry} solid
 * @param {Part} part
 */
function placed(solid, { center, rotation }) {
  const [pitch, yaw, roll] = rotation.map(MathUtils.degToRad);
  const turn = new Quaternion().setFromEuler(new Euler(pitch, yaw, roll, "YXZ"));
  const matrix = new Matrix4().compose(new Vector3(...center), turn, new Vector3(1, 1, 1));
  return solid.applyMatrix4(matrix);
}

/**
 * @param {BufferGeometry} solid
 * @param {Color} color
 * @returns {BufferGeometry} triangles that share no corners, with nothing but what is drawn of them
 */
function painted(solid, { r, g, b }) {
  const whole = solid.index === null ? solid : solid.toNonIndexed();
  const made = new BufferGeometry();
  for (const name of ["position", "normal"]) made.setAttribute(name, whole.getAttribute(name));
  const { count } = whole.getAttribute("position");
  const colors = Float32Array.from({ length: 3 * count }, (_, index) => [r, g, b][index % 3] ?? 0);
  return made.setAttribute("color", new BufferAttribute(colors, 3));
}

/**
 * Makes it exactly as large as the server has it: what is round is drawn with edges, and parts that
 * are turned reach elsewhere in another size.
 *
 * @param {BufferGeometry} geometry
 * @param {Triple} size
 */
function fitted(geometry, size) {
  geometry.center();
  const is = /** @type {Box3} */ (geometry.boundingBox).getSize(new Vector3()).toArray();
  const [x, y, z] = size.map((side, axis) => (is[axis] ? side / is[axis] : 1));
  return geometry.scale(x ?? 1, y ?? 1, z ?? 1);
}
