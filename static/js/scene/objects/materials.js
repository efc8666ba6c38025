/** Materials of solids: presets, what wins over them, and each material once however many have it. */

import { Color, DoubleSide, FrontSide, MeshPhysicalMaterial, MeshStandardMaterial } from "three";
import { withRectangles } from "../lights/rectangles.js";
import { withSoftShadows } from "../lights/soft_shadows.js";

/**
 * @import { IUniform, WebGLRenderTarget } from "three"
 * @import { Material } from "../../document/schema.js"
 *
 * @typedef {Omit<Material, "preset">} Members each wins over the preset's
 *
 * @typedef {object} Surface
 * @property {string} key equal for surfaces that can share their material
 * @property {Required<Members>} members
 * @property {boolean} isThin whether its back is seen, too
 * @property {boolean} isPainted whether the corners of the solid have colors of their own
 */

/** Of what shines by itself: its emission shows its color, and not its surface. */
const DARK = "#000000";

/** @type {Required<Members>} */
const DEFAULTS = {
  color: "#ffffff",
  metalness: 0,
  roughness: 0.9,
  opacity: 1,
  transmission: 0,
  emissive: DARK,
  emissiveIntensity: 1,
  flat: false,
  wireframe: false,
};

/** @type {Record<string, Members>} */
const PRESETS = {
  matte: {},
  plastic: { roughness: 0.35 },
  metal: { color: "#c8ccd0", metalness: 1, roughness: 0.18 },
  brushed_metal: { color: "#b9bcc0", metalness: 1, roughness: 0.42 },
  gold: { color: "#ffc65c", metalness: 1, roughness: 0.2 },
  glass: { transmission: 1, roughness: 0.02 },
  frosted_glass: { transmission: 1, roughness: 0.4 },
  rubber: { color: "#2e2f31", roughness: 0.95 },
  wood: { color: "#9a6a3c", roughness: 0.6 },
  stone: { color: "#8e8c87", roughness: 0.92 },
  fabric: { color: "#7d8797", roughness: 1 },
  ceramic: { color: "#f4f1ea", roughness: 0.12 },
  glow: { color: "#fff1d0", emissiveIntensity: 1 },
};

/** Above this, what is behind shows more than the surface does, and it throws no shadow. */
const CLEAR = 0.5;
const GLASS_REFRACTION = 1.5;
/** How much glass the light passes, as a share of the solid's size. */
const GLASS_THICKNESS = 0.35;

/**
 * @param {Material} material
 * @returns {Required<Members>} its own, its preset's, and the defaults
 */
export function membersOf({ preset = "matte", ...given }) {
  return { ...DEFAULTS, ...PRESETS[preset], ...given };
}

/**
 * @param {Material} material
 * @param {{ isThin?: boolean, isPainted?: boolean, hasColors?: boolean }} shape
 * @returns {Surface}
 */
export function surfaceOf(material, { isThin = false, isPainted = false, hasColors = false } = {}) {
  const members = membersOf(material);
  if (hasColors) members.color = DEFAULTS.color;
  if (material.preset === "glow" && material.emissive === undefined) {
    members.emissive = members.color;
    members.color = DARK;
  }
  const values = Object.keys(DEFAULTS).map((name) => members[/** @type {keyof Members} */ (name)]);
  // Plain facets are shaded by the light alone.
  const showsPaint = isPainted && !members.flat;
  const key = JSON.stringify([isThin, showsPaint, ...values]);
  return { key, members, isThin, isPainted: showsPaint };
}

/** @param {Surface} surface */
export function throwsShadow({ members }) {
  const { transmission, opacity, wireframe, emissive } = members;
  // A light is put inside of what glows, as the bulb of a lamp.
  return transmission < CLEAR && opacity >= CLEAR && !wireframe && emissive === DARK;
}

/**
 * How many materials are kept after their last user has gone. A color that eases in is another
 * material in each frame, and with the last material of a kind its shader would go, to be compiled
 * again in the next frame.
 */
const MOST_IDLE = 32;

/** The materials that are in use, each once however many solids have it. */
export class Materials {
  /** @type {Map<string, { material: MeshStandardMaterial, users: number }>} */
  #shared = new Map();
  /** Without users, the latest last; glass is never among them. @type {Map<string, MeshStandardMaterial>} */
  #idle = new Map();
  /** What glass reads the scene behind it from; three.js never frees it by itself. @type {Set<IUniform>} */
  #behindGlass = new Set();

  /** How many are in use. */
  get size() {
    return this.#shared.size;
  }

  /**
   * @param {Surface} surface
   * @returns {MeshStandardMaterial} to be given back by `release`
   */
  take(surface) {
    const { key } = surface;
    const found = this.#shared.get(key) ?? {
      material: this.#idle.get(key) ?? this.#build(surface),
      users: 0,
    };
    found.users++;
    this.#shared.set(key, found);
    this.#idle.delete(key);
    return found.material;
  }

  /** @param {Surface} surface that was taken */
  release({ key }) {
    const found = this.#shared.get(key);
    if (found === undefined || --found.users > 0) return;
    this.#shared.delete(key);
    if (isGlass(found.material)) this.#endGlass(found.material);
    else this.#keep(key, found.material);
  }

  /** Frees what is kept for later. */
  dispose() {
    for (const material of this.#idle.values()) material.dispose();
    this.#idle.clear();
  }

  /** Frees what glass last read the scene behind it from; the next picture of it makes it anew. */
  freeBehindGlass() {
    for (const { value } of this.#behindGlass) {
      /** @type {WebGLRenderTarget | undefined} */ (value?.renderTarget)?.dispose();
    }
  }

  /**
   * @param {string} key
   * @param {MeshStandardMaterial} material
   */
  #keep(key, material) {
    this.#idle.set(key, material);
    if (this.#idle.size <= MOST_IDLE) return;
    const [oldest, unused] = /** @type {[string, MeshStandardMaterial]} */ (
      this.#idle.entries().next().value
    );
    unused.dispose();
    this.#idle.delete(oldest);
  }

  /** @param {MeshStandardMaterial} glass */
  #endGlass(glass) {
    glass.dispose();
    const isGlassLeft = [...this.#shared.values()].some(({ material }) => isGlass(material));
    if (isGlassLeft) return;
    this.freeBehindGlass();
    this.#behindGlass.clear();
  }

  /** @param {Surface} surface */
  #build({ members, isThin, isPainted }) {
    const { color, emissive, flat, transmission, opacity, ...rest } = members;
    const parameters = {
      ...rest,
      opacity,
      color: new Color(color),
      emissive: new Color(emissive),
      flatShading: flat,
      transparent: opacity < 1,
      vertexColors: isPainted,
      side: isThin ? DoubleSide : FrontSide,
      dithering: true,
    };
    if (transmission === 0) {
      return withSoftShadows(new MeshStandardMaterial(parameters), withRectangles);
    }
    const glass = new MeshPhysicalMaterial({
      ...parameters,
      transmission,
      ior: GLASS_REFRACTION,
      thickness: isThin ? 0 : GLASS_THICKNESS,
    });
    return withSoftShadows(glass, (shader) => {
      withRectangles(shader);
      const { uniforms } = shader;
      if (uniforms.transmissionSamplerMap) this.#behindGlass.add(uniforms.transmissionSamplerMap);
    });
  }
}

/** @param {MeshStandardMaterial} material */
const isGlass = (material) => material instanceof MeshPhysicalMaterial;
