/**
 * The texts and lines of a chart: flat, without light, each text turned to whoever looks.
 *
 * A text is in the color that stands out from what is behind the chart, with an edge in that color
 * around it, so that it is read before marks of any color, too.
 */

import { BufferAttribute, BufferGeometry, Color, Mesh, MeshBasicMaterial } from "three";
import { glyphOf } from "./glyphs.js";
import { TURNED_DEGREES } from "./labels.js";
import { BASE_COLOR } from "./plan.js";

/**
 * @import { Scene, WebGLProgramParametersWithUniforms } from "three"
 * @import { Glyph } from "./glyphs.js"
 * @import { Lettering } from "../objects/late_parts.js"
 * @import { Line, Plan, Swatch, Text } from "./plan.js"
 */

const DARK = "#1c2329";
const LIGHT = "#f4f7f9";
/** What is behind everything that is drawn next. */
const GROUND = {
  backdropTop: { value: new Color("#d9dcdf") },
  backdropBottom: { value: new Color("#d9dcdf") },
  ink: { value: new Color(DARK) },
  opposite: { value: new Color(LIGHT) },
};
/** In units of the font: letters of charts are small. */
const TOLERANCE = 4;
/** Of the height of a capital letter, how wide the edge around a text is. */
const EDGE = 0.17;
/** What the color of a corner is: that before the ground, before the base, or its own. */
const TONES = { ground: 0, dark: 1, own: 2 };

const ATTRIBUTES = /* glsl */ `
attribute vec3 anchor;
attribute vec3 tone;
uniform vec3 ink;
uniform vec3 opposite;
uniform vec3 inkBeforeBase;
varying float vStrength;
const vec3 LUMINANCE = vec3(0.2126, 0.7152, 0.0722);
uniform vec3 backdropTop;
uniform vec3 backdropBottom;
`;
const COLOR = /* glsl */ `
#include <color_vertex>
vStrength = tone.y;
if (tone.x > 0.5 && tone.x < 1.5) vColor.rgb = inkBeforeBase;
`;
const PROJECT = /* glsl */ `
mat4 toView = modelViewMatrix;
#ifdef USE_INSTANCING
  toView = toView * instanceMatrix;
#endif
vec4 mvPosition = toView * vec4(anchor, 1.0);
float grown = length(toView[1].xyz);
mvPosition.xy += (transformed.xy - anchor.xy) * grown;
// Nearer, and as much smaller: it looks the same, and no mark beside it cuts into it.
mvPosition.xyz *= 1.0 - min(tone.z * grown / length(mvPosition.xyz), 0.5);
gl_Position = projectionMatrix * mvPosition;
if (tone.x < 0.5) {
  #ifdef IS_EDGE
    vec4 at = projectionMatrix * toView * vec4(anchor, 1.0);
    // As backdrop.js mixes them, from which importing would be one more request for every scene.
    float height = smoothstep(-1.0, 1.0, at.y / at.w);
    vec3 root = mix(sqrt(backdropBottom), sqrt(backdropTop), height);
    vec3 ground = root * root;
    vec2 light = 0.05 + vec2(dot(ground, LUMINANCE), dot(ink, LUMINANCE));
    float contrast = max(light.x / light.y, light.y / light.x);
    // Before a ground like the ink the edge is what makes it stand out.
    vColor.rgb = mix(ground, opposite, clamp((4.5 - contrast) / 3.0, 0.0, 0.7));
  #else
    vColor.rgb = ink;
  #endif
}
`;

/**
 * @param {Plan} plan
 * @param {Lettering} lettering
 * @returns {{ meshes: () => Mesh[], dispose: () => void }}
 */
export function inkOf(plan, lettering) {
  const [ink, edge] = [new Sheet(), new Sheet()];
  for (const line of plan.lines) addLine(ink, line);
  for (const swatch of plan.swatches) addSwatch(ink, swatch);
  const glyphs = new Glyphs(lettering);
  for (const text of plan.texts) glyphs.write(text, ink, edge);
  const made = [edge.geometry(), ink.geometry()];
  return {
    meshes: () => made.map((geometry, at) => sheetMesh(geometry, at === 0)),
    dispose: () => {
      for (const geometry of made) geometry.dispose();
    },
  };
}

/**
 * @param {BufferGeometry} geometry
 * @param {boolean} isEdge
 */
function sheetMesh(geometry, isEdge) {
  const mesh = new Mesh(geometry, isEdge ? EDGES : INK);
  mesh.renderOrder = isEdge ? 1 : 2;
  // What faces the viewer is elsewhere than its corners at rest.
  mesh.frustumCulled = false;
  mesh.userData.isEdge = isEdge;
  mesh.onBeforeRender = (_, scene) => standBefore(scene);
  return mesh;
}

/** @param {boolean} isEdge */
function inkMaterial(isEdge) {
  const colors = {
    inkBeforeBase: { value: new Color(isEdge ? BASE_COLOR : LIGHT) },
    ...GROUND,
  };
  const material = new MeshBasicMaterial({
    vertexColors: true,
    transparent: true,
    depthWrite: false,
    toneMapped: false,
    fog: false,
  });
  material.onBeforeCompile = (/** @type {WebGLProgramParametersWithUniforms} */ shader) => {
    Object.assign(shader.uniforms, colors);
    shader.vertexShader = shader.vertexShader
      .replace("#include <common>", `#include <common>\n${ATTRIBUTES}`)
      .replace("#include <color_vertex>", COLOR)
      .replace("#include <project_vertex>", PROJECT);
    shader.fragmentShader = shader.fragmentShader
      .replace("#include <common>", "#include <common>\nvarying float vStrength;")
      .replace(
        "#include <color_fragment>",
        "#include <color_fragment>\ndiffuseColor.a *= vStrength;",
      );
  };
  if (isEdge) material.defines = { IS_EDGE: "" };
  return material;
}

const INK = inkMaterial(false);
const EDGES = inkMaterial(true);

/** @param {Scene} scene that is drawn next; its `ground` is what is behind everything */
function standBefore({ userData: { ground } }) {
  if (ground === undefined) return;
  const [top, bottom = top] = ground;
  GROUND.backdropTop.value.set(top);
  GROUND.backdropBottom.value.set(bottom);
  const grounds = [GROUND.backdropTop.value, GROUND.backdropBottom.value];
  const [dark, light] = [DARK, LIGHT].map((ink) =>
    Math.min(...grounds.map((color) => contrastOf(color, new Color(ink)))),
  );
  const isDark = (dark ?? 0) > (light ?? 0);
  GROUND.ink.value.set(isDark ? DARK : LIGHT);
  GROUND.opposite.value.set(isDark ? LIGHT : DARK);
}

/**
 * @param {Color} one
 * @param {Color} other
 * @returns {number} as WCAG has it, from 1 to 21
 */
function contrastOf(one, other) {
  const [dark = 0, light = 0] = [one, other]
    .map(({ r, g, b }) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((first, second) => first - second);
  return (light + 0.05) / (dark + 0.05);
}

/** Faces that lie in one plane each, and turn about the anchors of their corners. */
class Sheet {
  /** @type {number[]} */
  #places = [];
  /** @type {number[]} */
  #anchors = [];
  /** @type {number[]} */
  #tones = [];
  /** @type {number[]} */
  #colors = [];
  /** @type {number[]} */
  #faces = [];

  /**
   * @param {[number, number, number][]} corners
   * @param {readonly number[]} faces
   * @param {{ anchor?: readonly number[], tone: number, strength: number, near: number, color: Color }} kind
   */
  add(corners, faces, { anchor, tone, strength, near, color }) {
    const first = this.#places.length / 3;
    for (const corner of corners) {
      this.#places.push(...corner);
      this.#anchors.push(...(anchor ?? corner));
      this.#tones.push(tone, strength, near);
      this.#colors.push(color.r, color.g, color.b);
    }
    for (const corner of faces) this.#faces.push(first + corner);
  }

  geometry() {
    const made = new BufferGeometry();
    const set = (/** @type {string} */ name, /** @type {number[]} */ values) =>
      made.setAttribute(name, new BufferAttribute(new Float32Array(values), 3));
    set("position", this.#places);
    set("anchor", this.#anchors);
    set("tone", this.#tones);
    set("color", this.#colors);
    made.setIndex(new BufferAttribute(new Uint32Array(this.#faces), 1));
    return made;
  }
}

const SQUARE = [0, 1, 2, 0, 2, 3];

/**
 * @param {Sheet} sheet
 * @param {Line} line in a plane that faces the front
 */
function addLine(sheet, { from, to, width, strength }) {
  const [along, up] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(along, up) || 1;
  const [x, y] = [(-up / length) * (width / 2), (along / length) * (width / 2)];
  const corners = /** @type {[number, number, number][]} */ ([
    [from[0] - x, from[1] - y, from[2]],
    [to[0] - x, to[1] - y, to[2]],
    [to[0] + x, to[1] + y, to[2]],
    [from[0] + x, from[1] + y, from[2]],
  ]);
  const both = [...SQUARE, ...SQUARE.toReversed()];
  sheet.add(corners, both, { tone: TONES.ground, strength, near: 0, color: new Color(DARK) });
}

/**
 * @param {Sheet} sheet
 * @param {Swatch} swatch
 */
function addSwatch(sheet, { at, shift, side, color, near }) {
  const [x, y, half] = [at[0] + shift[0], at[1] + shift[1], side / 2];
  const corners = /** @type {[number, number, number][]} */ ([
    [x - half, y - half, at[2]],
    [x + half, y - half, at[2]],
    [x + half, y + half, at[2]],
    [x - half, y + half, at[2]],
  ]);
  sheet.add(corners, SQUARE, {
    anchor: at,
    tone: TONES.own,
    strength: 1,
    near,
    color: new Color(color),
  });
}

class Glyphs {
  #letters;
  #layOut;
  #shapesOf;
  /** @type {Map<string, Glyph>} */
  #made = new Map();

  /** @param {Lettering} lettering */
  constructor({ letters, layOut, shapesOf }) {
    this.#letters = letters;
    this.#layOut = layOut;
    this.#shapesOf = shapesOf;
  }

  /**
   * @param {Text} text
   * @param {Sheet} ink
   * @param {Sheet} edge
   */
  write(
    { text, at, capital, across, up, shift = [0, 0], isTurned = false, behind, near },
    ink,
    edge,
  ) {
    const unit = capital / this.#letters.capital;
    const { placed } = this.#layOut(this.#letters, text);
    const left = Math.min(
      ...placed.map(({ letter, x }) => x + (this.#letters.glyphs[letter]?.[1] ?? 0)),
    );
    const right = Math.max(
      ...placed.map(({ letter, x }) => x + (this.#letters.glyphs[letter]?.[3] ?? 0)),
    );
    const middle = (left + right) / 2 - (across * (right - left)) / 2;
    const high = ((up - 1) / 2) * capital;
    const angle = isTurned ? (TURNED_DEGREES * Math.PI) / 180 : 0;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const mark = new Color(behind === "ground" ? LIGHT : behind === "dark" ? BASE_COLOR : behind);
    const [dark, light] = [new Color(DARK), new Color(LIGHT)];
    const color = contrastOf(mark, dark) > contrastOf(mark, light) * 1.6 ? dark : light;
    const tone = behind === "ground" || behind === "dark" ? TONES[behind] : TONES.own;
    const kind = { anchor: at, tone, strength: 1, near, color };
    const around = { ...kind, color: mark };
    for (const { letter, x: from, y: raised } of placed) {
      const glyph = this.#glyph(letter);
      const corner = (/** @type {number} */ x, /** @type {number} */ y) => {
        const [wide, tall] = [(from + x - middle) * unit, (raised + y) * unit + high];
        return /** @type {[number, number, number]} */ ([
          at[0] + shift[0] + wide * cos - tall * sin,
          at[1] + shift[1] + wide * sin + tall * cos,
          at[2],
        ]);
      };
      const wide = EDGE * this.#letters.capital;
      ink.add(
        glyph.corners.map(([x, y]) => corner(x, y)),
        glyph.faces,
        kind,
      );
      edge.add(
        glyph.corners.map(([x, y], index) => {
          const [right_, up_] = glyph.outward[index] ?? [0, 0];
          return corner(x + right_ * wide, y + up_ * wide);
        }),
        glyph.faces,
        around,
      );
    }
  }

  /** @param {string} letter */
  #glyph(letter) {
    const known =
      this.#made.get(letter) ??
      glyphOf(this.#shapesOf(this.#letters.outlines[letter] ?? "", TOLERANCE));
    this.#made.set(letter, known);
    return known;
  }
}
