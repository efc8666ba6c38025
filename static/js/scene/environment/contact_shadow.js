/** How much things that stand on the floor, or close above it, keep the light of all around from it. */

import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  Mesh,
  OrthographicCamera,
  Scene,
  ShaderMaterial,
  Vector2,
  Vector3,
  WebGLRenderTarget,
} from "three";

/** @import { Box3, Object3D, WebGLRenderer } from "three" */

const PIXELS = 128;
/** How high above the floor things still count, and how far beyond them their shadow reaches. */
const HEIGHT_SHARE = 0.35;
const BESIDE_SHARE = 0.3;
/** Of the width of the map: what spreads the shadow. */
const BLURS = [0.05, 0.022];

const FROM_BELOW = {
  vertexShader: /* glsl */ `
    varying float vDepth;
    void main() {
      vec4 at = vec4(position, 1.0);
      #ifdef USE_INSTANCING
        at = instanceMatrix * at;
      #endif
      gl_Position = projectionMatrix * modelViewMatrix * at;
      vDepth = 0.5 + 0.5 * gl_Position.z;
    }
  `,
  fragmentShader: /* glsl */ `
    varying float vDepth;
    void main() {
      float near = 1.0 - clamp(vDepth, 0.0, 1.0);
      gl_FragColor = vec4(vec3(near * near), 1.0);
    }
  `,
};

const BLUR = {
  vertexShader: /* glsl */ `
    varying vec2 vAt;
    void main() {
      vAt = 0.5 + 0.5 * position.xy;
      gl_Position = vec4(position.xy, 0.0, 1.0);
    }
  `,
  fragmentShader: /* glsl */ `
    uniform sampler2D map;
    uniform vec2 along;
    varying vec2 vAt;
    void main() {
      float sum = 0.0;
      float weights = 0.0;
      for (int i = -6; i <= 6; i++) {
        float share = float(i) / 6.0;
        float weight = exp(-4.0 * share * share);
        sum += weight * texture2D(map, vAt + share * along).r;
        weights += weight;
      }
      gl_FragColor = vec4(vec3(sum / weights), 1.0);
    }
  `,
};

export class ContactShadow {
  /** To share with the floor: the map, and where in the world it lies. */
  uniforms = {
    contactMap: { value: /** @type {import("three").Texture | null} */ (null) },
    contactCenter: { value: new Vector2() },
    contactHalf: { value: 1 },
  };
  #targets = [target(), target()];
  #camera = new OrthographicCamera();
  #fromBelow = new ShaderMaterial({ ...FROM_BELOW, side: DoubleSide });
  #blur = new ShaderMaterial({
    ...BLUR,
    uniforms: { map: { value: null }, along: { value: new Vector2() } },
    depthTest: false,
    depthWrite: false,
  });
  #sheet = new Mesh(
    new BufferGeometry().setAttribute(
      "position",
      new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3),
    ),
    this.#blur,
  );

  constructor() {
    this.#sheet.frustumCulled = false;
  }

  /**
   * @param {WebGLRenderer} renderer
   * @param {Object3D} things
   * @param {Box3} bounds of the things; not empty
   */
  draw(renderer, things, bounds) {
    this.#place(bounds);
    const [first, second] = this.#targets;
    const scene = new Scene();
    scene.overrideMaterial = this.#fromBelow;
    const { parent } = things;
    const drawnInto = renderer.getRenderTarget();
    const { autoUpdate } = renderer.shadowMap;
    renderer.shadowMap.autoUpdate = false;
    scene.add(things);
    this.#render(renderer, scene, first);
    parent?.add(things);
    for (const width of BLURS) {
      this.#spread(renderer, first, second, width, 0);
      this.#spread(renderer, second, first, 0, width);
    }
    renderer.setRenderTarget(drawnInto);
    renderer.shadowMap.autoUpdate = autoUpdate;
    this.uniforms.contactMap.value = first?.texture ?? null;
  }

  dispose() {
    for (const each of this.#targets) each.dispose();
    this.#fromBelow.dispose();
    this.#blur.dispose();
    this.#sheet.geometry.dispose();
  }

  /** @param {Box3} bounds */
  #place(bounds) {
    const size = bounds.getSize(new Vector3());
    const center = bounds.getCenter(new Vector3());
    const widest = Math.max(size.x, size.z);
    const half = widest * (0.5 + BESIDE_SHARE);
    const height = HEIGHT_SHARE * Math.max(widest, size.y / 2);
    const camera = this.#camera;
    Object.assign(camera, { left: -half, right: half, top: half, bottom: -half });
    camera.near = 0;
    camera.far = 1.02 * height;
    camera.position.set(center.x, -0.02 * height, center.z);
    camera.up.set(0, 0, 1);
    camera.lookAt(center.x, height, center.z);
    camera.updateProjectionMatrix();
    this.uniforms.contactCenter.value.set(center.x, center.z);
    this.uniforms.contactHalf.value = half;
  }

  /**
   * @param {WebGLRenderer} renderer
   * @param {WebGLRenderTarget | undefined} from
   * @param {WebGLRenderTarget | undefined} to
   * @param {number} x
   * @param {number} y
   */
  #spread(renderer, from, to, x, y) {
    const { map, along } = this.#blur.uniforms;
    if (map) map.value = from?.texture;
    along?.value.set(x, y);
    this.#render(renderer, this.#sheet, to);
  }

  /**
   * @param {WebGLRenderer} renderer
   * @param {Object3D} what
   * @param {WebGLRenderTarget | undefined} to
   */
  #render(renderer, what, to) {
    renderer.setRenderTarget(to ?? null);
    renderer.clear();
    renderer.render(what, this.#camera);
  }
}

const target = () => new WebGLRenderTarget(PIXELS, PIXELS);
