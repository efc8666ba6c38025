/** The floor: the backdrop with the shadows of things on it, lines of a grid, or a color. */

import { CircleGeometry, Color, Mesh, MeshLambertMaterial } from "three";
import { RECTANGLES } from "../lights/rectangles.js";
import { withSoftShadows } from "../lights/soft_shadows.js";
import { BACKDROP_COLOR } from "./backdrop.js";

/**
 * @import { Box3, IUniform, WebGLProgramParametersWithUniforms } from "three"
 */

/** How far it reaches, and from where on it fades, as multiples of what the things measure. */
const REACH = 60;
const SEGMENTS = 96;

const VERTEX = /* glsl */ `
#include <project_vertex>
vScreen = gl_Position;
vFloor = (modelMatrix * vec4(transformed, 1.0)).xz;
`;

/** Lights are added up twice: as they shine, and as they would without anything in their way. */
const LIGHTS = /* glsl */ `
vec3 unblocked = vec3(0.0);
float visibleShare = 1.0;

#ifdef USE_SHADOWMAP
float noteShadow(
  sampler2D map, vec2 mapSize, float strength, float bias, float spread, vec4 coordinate
) {
  visibleShare = getShadow(map, mapSize, strength, bias, spread, coordinate);
  return 1.0;
}
#define getShadow noteShadow
#if NUM_POINT_LIGHT_SHADOWS > 0
float notePointShadow(
  samplerCube map, vec2 mapSize, float strength, float bias, float spread, vec4 coordinate,
  float near, float far
) {
  visibleShare = getPointShadow(map, mapSize, strength, bias, spread, coordinate, near, far);
  return 1.0;
}
#define getPointShadow notePointShadow
#endif
#endif

#undef RE_Direct
#define RE_Direct RE_Direct_Floor
void RE_Direct_Floor(
  const in IncidentLight directLight, const in vec3 geometryPosition, const in vec3 geometryNormal,
  const in vec3 geometryViewDir, const in vec3 geometryClearcoatNormal,
  const in LambertMaterial material, inout ReflectedLight reflectedLight
) {
  vec3 light = saturate(dot(geometryNormal, directLight.direction)) * directLight.color;
  light *= BRDF_Lambert(material.diffuseColor);
  unblocked += light;
  reflectedLight.directDiffuse += visibleShare * light;
  visibleShare = 1.0;
}

${RECTANGLES}
#if NUM_RECT_AREA_LIGHTS > 0
#define RE_Direct_RectArea shineRectangle
void shineRectangle(
  const in RectAreaLight rectangle, const in vec3 point, const in vec3 normal,
  const in vec3 toViewer, const in vec3 clearcoatNormal, const in LambertMaterial material,
  inout ReflectedLight reflected
) {
  vec3 light = received(rectangleSeen(rectangle, point), normal) * rectangle.color;
  light *= material.diffuseColor;
  unblocked += light;
  reflected.directDiffuse += light;
}
#endif
`;

const PARAMETERS = /* glsl */ `
// A shadow by which a picture stands: that of a white floor among bright walls is hardly seen.
const float DEPTH = 2.4;
${BACKDROP_COLOR}
uniform sampler2D contactMap;
uniform vec2 contactCenter;
uniform float contactHalf;
uniform float contactStrength;
uniform float cell;
uniform float fadeFrom;
uniform bool bare;
uniform vec2 middle;
varying vec4 vScreen;
varying vec2 vFloor;

float contactAt(vec2 at) {
  vec2 beside = (at - contactCenter) / contactHalf;
  vec2 inside = step(abs(beside), vec2(1.0));
  return contactStrength * inside.x * inside.y * texture2D(contactMap, 0.5 + 0.5 * beside).r;
}

float lineAt(vec2 at, float apart) {
  vec2 scaled = at / apart;
  vec2 width = fwidth(scaled);
  vec2 near = abs(fract(scaled - 0.5) - 0.5) / max(width, vec2(1e-6));
  return (1.0 - min(min(near.x, near.y), 1.0)) * (1.0 - smoothstep(0.2, 0.6, max(width.x, width.y)));
}
`;

const COLOR = /* glsl */ `
float open = 1.0 - contactAt(vFloor);
float away = distance(vFloor, middle);
vec3 backdrop = backdropAt(0.5 + 0.5 * vScreen.y / vScreen.w);
#ifdef CATCHER
  vec3 received = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
  vec3 most = unblocked + reflectedLight.indirectDiffuse;
  vec3 share = mix(vec3(1.0), received / max(most, vec3(1e-5)), step(vec3(1e-5), most));
  vec3 shade = open * pow(share, vec3(DEPTH));
  #ifdef GRID
    float line = max(0.16 * lineAt(vFloor, cell), 0.3 * lineAt(vFloor, 10.0 * cell));
    shade *= 1.0 - line * (1.0 - smoothstep(fadeFrom, 4.0 * fadeFrom, away));
  #endif
  gl_FragColor = vec4(backdrop * shade, 1.0);
  // Black, as much as the shade takes of what will be behind it, as the eye sees it.
  if (bare) gl_FragColor = vec4(vec3(0.0), 1.0 - pow(dot(shade, vec3(1.0 / 3.0)), 1.0 / 2.2));
#else
  vec3 lit = reflectedLight.directDiffuse + open * reflectedLight.indirectDiffuse;
  gl_FragColor = vec4(lit, 1.0);
  #ifdef TONE_MAPPING
    gl_FragColor.rgb = toneMapping(gl_FragColor.rgb);
  #endif
  gl_FragColor.rgb = mix(gl_FragColor.rgb, backdrop, smoothstep(fadeFrom, 6.0 * fadeFrom, away));
#endif
`;

/** What three.js has in the shader of a material that is lit. */
const LIT = `#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>`;

/** How much of the light of all around contact can take. */
const CONTACT = 0.85;

export class Floor extends Mesh {
  #own = {
    contactStrength: { value: CONTACT },
    cell: { value: 1 },
    fadeFrom: { value: 1 },
    bare: { value: false },
    middle: { value: /** @type {[number, number]} */ ([0, 0]) },
  };
  #kind = "none";
  #isLit;

  /**
   * @param {Record<string, IUniform>} uniforms of the backdrop and of the contact shadow
   * @param {boolean} isLit whether it shows the shadows of lights, which it takes long to draw;
   *   else only where things touch it
   */
  constructor(uniforms, isLit) {
    const material = new MeshLambertMaterial({ dithering: true });
    super(new CircleGeometry(1, SEGMENTS).rotateX(-Math.PI / 2), material);
    this.#isLit = isLit;
    material.defines = {};
    withSoftShadows(material, (shader) => this.#change(shader, uniforms));
    material.customProgramCacheKey = () => `floor ${this.#kind} ${this.#isLit}`;
    this.receiveShadow = true;
    this.frustumCulled = false;
    this.visible = false;
  }

  /** @param {string} floor `none`, `shadow`, `grid` or a color */
  show(floor) {
    const kind = ["none", "shadow", "grid"].includes(floor) ? floor : "color";
    const material = /** @type {MeshLambertMaterial} */ (this.material);
    material.color = new Color(kind === "color" ? floor : "#ffffff");
    this.visible = kind !== "none";
    if (kind === this.#kind) return;
    this.#kind = kind;
    const catches = kind === "shadow" || kind === "grid";
    material.defines = {
      ...(catches && { CATCHER: "" }),
      ...(catches && !this.#isLit && { UNLIT: "" }),
      ...(kind === "grid" && { GRID: "" }),
    };
    material.needsUpdate = true;
  }

  /** @param {boolean} shown whether it has its own color; else it is its shadows, on nothing */
  showGround(shown) {
    this.#own.bare.value = !shown;
    this.visible = this.#kind !== "none" && (shown || this.#kind !== "color");
  }

  /** @param {Box3} bounds of the things that stand on it */
  fit({ min, max }) {
    const isEmpty = max.x < min.x;
    const measure = isEmpty ? 1 : Math.max(max.x - min.x, max.y - min.y, max.z - min.z, 1e-3);
    const [x, z] = isEmpty ? [0, 0] : [(min.x + max.x) / 2, (min.z + max.z) / 2];
    this.position.set(x, 0, z);
    this.scale.setScalar(REACH * measure);
    this.#own.middle.value = [x, z];
    this.#own.fadeFrom.value = 2 * measure;
    this.#own.cell.value = 10 ** Math.round(Math.log10(measure / 4));
    this.#own.contactStrength.value = isEmpty ? 0 : CONTACT;
  }

  dispose() {
    this.geometry.dispose();
    /** @type {MeshLambertMaterial} */ (this.material).dispose();
  }

  /**
   * @param {WebGLProgramParametersWithUniforms} shader
   * @param {Record<string, IUniform>} uniforms
   */
  #change(shader, uniforms) {
    Object.assign(shader.uniforms, uniforms, this.#own);
    shader.vertexShader = shader.vertexShader
      .replace("void main() {", "varying vec4 vScreen;\nvarying vec2 vFloor;\nvoid main() {")
      .replace("#include <project_vertex>", VERTEX);
    shader.fragmentShader = shader.fragmentShader
      .replace("void main() {", `${LIGHTS}\n${PARAMETERS}\nvoid main() {`)
      .replace(LIT, `#ifndef UNLIT\n${LIT}\n#endif`)
      .replace("#include <opaque_fragment>", COLOR)
      .replace("#include <tonemapping_fragment>", "")
      .replace("#include <fog_fragment>", "");
  }
}
