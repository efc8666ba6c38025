/** What is behind everything: a color, or two from the top of the picture to its bottom. */

import { BufferAttribute, BufferGeometry, Color, Mesh, ShaderMaterial } from "three";

/** Before everything else. */
const FIRST = -1000;

/** In linear light; `height` is from 0 at the bottom of the picture to 1 at its top. */
export const BACKDROP_COLOR = /* glsl */ `
uniform vec3 backdropTop;
uniform vec3 backdropBottom;

// Mixed as the eye sees it, and not as light adds up.
vec3 backdropAt(float height) {
  vec3 mixed = mix(sqrt(backdropBottom), sqrt(backdropTop), smoothstep(0.0, 1.0, height));
  return mixed * mixed;
}
`;

const VERTEX = /* glsl */ `
varying float vHeight;

void main() {
  vHeight = 0.5 + 0.5 * position.y;
  gl_Position = vec4(position.xy, 1.0, 1.0);
}
`;

const FRAGMENT = /* glsl */ `
#include <common>
#include <dithering_pars_fragment>
${BACKDROP_COLOR}
varying float vHeight;

void main() {
  gl_FragColor = vec4(backdropAt(vHeight), 1.0);
  #include <colorspace_fragment>
  #include <dithering_fragment>
}
`;

export class Backdrop extends Mesh {
  /** To share with what fades into it. */
  uniforms = { backdropTop: { value: new Color() }, backdropBottom: { value: new Color() } };

  constructor() {
    super(
      // One triangle that is larger than the picture.
      new BufferGeometry().setAttribute(
        "position",
        new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3),
      ),
    );
    this.material = new ShaderMaterial({
      uniforms: this.uniforms,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      depthTest: false,
      depthWrite: false,
      toneMapped: false,
      dithering: true,
    });
    this.frustumCulled = false;
    this.renderOrder = FIRST;
  }

  /** @param {readonly string[]} colors one, or that of the top and that of the bottom */
  show([top = "#000000", bottom = top]) {
    this.uniforms.backdropTop.value.set(top);
    this.uniforms.backdropBottom.value.set(bottom);
  }

  dispose() {
    this.geometry.dispose();
    /** @type {ShaderMaterial} */ (this.material).dispose();
  }
}
