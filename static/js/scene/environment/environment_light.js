/**
 * The environment map of a light preset, with a mip level for each roughness as three's materials
 * read it: each level is computed from the sky and the panels themselves.
 *
 * PMREMGenerator would filter a picture of them, with 25 million texture reads: seconds, where no
 * graphics card draws.
 */

import {
  BackSide,
  BoxGeometry,
  Color,
  CubeCamera,
  HalfFloatType,
  LinearMipmapLinearFilter,
  LinearSRGBColorSpace,
  MathUtils,
  Mesh,
  ShaderMaterial,
  Vector2,
  Vector3,
  WebGLCubeRenderTarget,
} from "three";
import { LIGHT_PRESETS, MOST_PANELS } from "./light_presets.js";

/**
 * @import { Texture, WebGLRenderer } from "three"
 * @import { LightPreset, Panel } from "./light_presets.js"
 */

/** Pixels of a side of the cube, and of its last level, for full roughness and diffuse light. */
const SIZE = 128;
const LEVELS = 5;
const UP = new Vector3(0, 1, 0);

const VERTEX = /* glsl */ `
varying vec3 vDirection;

void main() {
  vDirection = position;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}
`;

const FRAGMENT = /* glsl */ `
struct Panel { vec3 toward; vec3 right; vec3 up; vec2 half_; vec3 radiance; float solidAngle; };
uniform Panel panels[${MOST_PANELS}];
uniform vec3 zenith;
uniform vec3 horizon;
uniform vec3 ground;
uniform float roughness;
varying vec3 vDirection;

vec3 skyAt(float up) {
  vec3 sharp = mix(horizon, up > 0.0 ? zenith : ground, sqrt(abs(up)));
  vec3 blurred = mix(0.5 * (zenith + ground), horizon, 0.4) + 0.3 * up * (zenith - ground);
  return mix(sharp, blurred, smoothstep(0.0, 1.0, roughness));
}

// The share of a bell about \`at\`, as wide as \`blur\`, that lies within \`half_\` of 0.
float within(float at, float half_, float blur) {
  // Beyond 9 it is 1, and where it is computed by exponents it overflows.
  vec2 ends = clamp(0.8 * (at + vec2(half_, -half_)) / blur, -9.0, 9.0);
  return 0.5 * (tanh(ends.x) - tanh(ends.y));
}

void main() {
  vec3 direction = normalize(vDirection);
  vec3 light = skyAt(direction.y);
  float alpha = roughness * roughness;
  float blur = 0.012 + 1.1 * alpha;
  for (int i = 0; i < ${MOST_PANELS}; i++) {
    Panel panel = panels[i];
    float ahead = dot(direction, panel.toward);
    vec2 at = vec2(dot(direction, panel.right), dot(direction, panel.up)) / max(ahead, 1e-3);
    float mirrored = within(at.x, panel.half_.x, blur) * within(at.y, panel.half_.y, blur);
    float diffuse = panel.solidAngle * max(ahead, 0.0) / 3.14159265;
    float share = mix(mirrored * step(0.0, ahead), diffuse, smoothstep(0.5, 1.0, roughness));
    light += share * panel.radiance;
  }
  gl_FragColor = vec4(light, 1.0);
}
`;

/** The environment map of the preset that is shown. */
export class EnvironmentLight {
  #name = "none";
  /** @type {WebGLCubeRenderTarget | null} */
  #target = null;

  /**
   * @param {string} name of a preset; one that is not known is `none`
   * @param {WebGLRenderer} renderer
   * @returns {Texture | null}
   */
  show(name, renderer) {
    if (name !== this.#name) {
      this.#target?.dispose();
      const preset = LIGHT_PRESETS[name];
      this.#target = preset ? drawn(preset, renderer) : null;
      this.#name = name;
    }
    return this.#target?.texture ?? null;
  }

  dispose() {
    this.#target?.dispose();
    this.#target = null;
    this.#name = "none";
  }
}

/**
 * @param {LightPreset} preset
 * @param {WebGLRenderer} renderer
 */
function drawn(preset, renderer) {
  const material = new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: FRAGMENT,
    uniforms: { ...uniformsOf(preset), roughness: { value: 0 } },
    side: BackSide,
    depthTest: false,
    toneMapped: false,
  });
  const around = new Mesh(new BoxGeometry(2, 2, 2), material);
  const target = emptyTarget();
  const camera = new CubeCamera(0.1, 10, target);
  for (let level = 0; level < LEVELS; level++) {
    const roughness = /** @type {{ value: number }} */ (material.uniforms.roughness);
    // As three's materials choose the level.
    roughness.value = 1 - Math.sqrt(1 - level / (LEVELS - 1));
    camera.activeMipmapLevel = level;
    target.viewport.set(0, 0, SIZE >> level, SIZE >> level);
    camera.update(renderer, /** @type {any} */ (around));
  }
  target.viewport.set(0, 0, SIZE, SIZE);
  around.geometry.dispose();
  material.dispose();
  return target;
}

function emptyTarget() {
  const target = new WebGLCubeRenderTarget(SIZE, {
    minFilter: LinearMipmapLinearFilter,
    generateMipmaps: false,
    type: HalfFloatType,
    colorSpace: LinearSRGBColorSpace,
    depthBuffer: false,
  });
  for (let level = 0; level < LEVELS; level++) {
    const side = SIZE >> level;
    target.texture.mipmaps?.push(/** @type {any} */ ({ width: side, height: side }));
  }
  // So that three takes the levels as they are.
  target.texture.isPMREMTexture = true;
  return target;
}

/** @param {LightPreset} preset */
function uniformsOf({ level, colors, radiances, panels }) {
  const [zenith, horizon, ground] = radiances;
  const ofPanels = panels.reduce(
    (sum, panel) => sum + (panel.radiance * solidAngle(panel.size)) / (4 * Math.PI),
    0,
  );
  const scale = level / ((zenith + horizon + ground) / 3 + ofPanels);
  const shining = (/** @type {string} */ color, /** @type {number} */ radiance) =>
    new Color(color).multiplyScalar(scale * radiance);
  return {
    zenith: { value: shining(colors[0], zenith) },
    horizon: { value: shining(colors[1], horizon) },
    ground: { value: shining(colors[2], ground) },
    panels: {
      value: Array.from({ length: MOST_PANELS }, (_, i) => {
        const panel = panels[i] ?? NO_PANEL;
        return { ...placed(panel), radiance: shining(panel.color, panel.radiance) };
      }),
    },
  };
}

/** @type {Panel} */
const NO_PANEL = {
  azimuthDegrees: 0,
  elevationDegrees: 0,
  size: [1, 1],
  color: "#000000",
  radiance: 0,
};

/** @param {Panel} panel */
function placed({ size, azimuthDegrees, elevationDegrees }) {
  const azimuth = MathUtils.degToRad(azimuthDegrees);
  const elevation = MathUtils.degToRad(elevationDegrees);
  const toward = new Vector3(
    Math.cos(elevation) * Math.sin(azimuth),
    Math.sin(elevation),
    -Math.cos(elevation) * Math.cos(azimuth),
  );
  const right = new Vector3().crossVectors(UP, toward).normalize();
  return {
    toward,
    right,
    up: new Vector3().crossVectors(toward, right),
    half_: new Vector2(size[0] / 2, size[1] / 2),
    solidAngle: solidAngle(size),
  };
}

/** @param {readonly [number, number]} size at a distance of 1 */
function solidAngle([width, height]) {
  const [x, y] = [width / 2, height / 2];
  return 4 * Math.asin((x * y) / Math.sqrt((1 + x * x) * (1 + y * y)));
}
