/**
 * Shadows whose edges are sharp where they touch what throws them and soften with the distance, as
 * those of lights that have a size: percentage-closer soft shadows, after Fernando (2005).
 *
 * three.js compares with its shadow maps, and cannot say how far away what blocks the light is;
 * here its function goes by another name, and ours reads the depths of a `BasicShadowMap`.
 */

/** @import { Material, WebGLProgramParametersWithUniforms } from "three" */

/** Radians by which each point of a sunflower is turned from the one before. */
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5));

/**
 * @param {number} count
 * @returns {string} so many points in GLSL, spread evenly on a disk of radius 1
 */
function disk(count) {
  const points = Array.from({ length: count }, (_, index) => {
    const [out, angle] = [Math.sqrt((index + 0.5) / count), index * GOLDEN_ANGLE];
    const at = [out * Math.cos(angle), out * Math.sin(angle)];
    return `vec2(${at.map((part) => part.toFixed(5)).join(", ")})`;
  });
  return points.join(", ");
}

/**
 * A light's `shadow.radius` is `spread`: how far its penumbra reaches, as a share of the map, for
 * each unit of depth between what blocks it and what it falls on. Of perspective maps, too: there
 * depth goes with 1 / distance, as the width of a penumbra does, divided by the width of the map.
 */
export const SOFT_SHADOWS = /* glsl */ `
#define getShadow getHardShadow
#define getPointShadow getHardPointShadow
#include <shadowmap_pars_fragment>
#undef getShadow
#undef getPointShadow

#ifdef USE_SHADOWMAP
const int SEARCH_SAMPLES = 16;
const int EDGE_SAMPLES = 32;
const float WIDEST = 0.12; // of the map
const float SHARPEST = 1.2; // texels
// Even on a disk; worked out beforehand, since sines take a software renderer longer than all else.
const vec2 SEARCH_DISK[SEARCH_SAMPLES] = vec2[](${disk(16)});
const vec2 EDGE_DISK[EDGE_SAMPLES] = vec2[](${disk(32)});

// Neighbors get other samples: what would be bands is fine grain.
float shadowTurn() {
  return 6.283185 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
}

mat2 shadowRotation() {
  float turn = shadowTurn();
  return mat2(cos(turn), sin(turn), -sin(turn), cos(turn));
}

// How the depth of the surface itself changes across the map: a tilted surface does not shade itself.
vec2 depthSlope(vec3 at) {
  vec3 right = dFdx(at);
  vec3 up = dFdy(at);
  float area = right.x * up.y - right.y * up.x;
  if (abs(area) < 1e-14) return vec2(0.0);
  vec2 slope = vec2(up.y * right.z - right.y * up.z, right.x * up.z - up.x * right.z) / area;
  return clamp(slope, -12.0, 12.0);
}

float getShadow(
  sampler2D map, vec2 mapSize, float strength, float bias, float spread, vec4 coordinate
) {
  vec3 at = coordinate.xyz / coordinate.w;
  vec2 slope = depthSlope(at);
  float sharpest = SHARPEST / mapSize.x;
  float search = clamp(spread * at.z, sharpest, WIDEST);
  bool isOutside = any(greaterThan(abs(at.xy - 0.5), vec2(0.5 + search)));
  if (coordinate.w <= 0.0 || isOutside) return 1.0;
  float depth = at.z + bias;
  if (spread == 0.0) return mix(1.0, step(min(depth, 1.0), texture2D(map, at.xy).r), strength);
  mat2 rotation = shadowRotation();
  mat2 wide = search * rotation;
  float blockers = 0.0;
  float sum = 0.0;
  for (int i = 0; i < SEARCH_SAMPLES; i++) {
    vec2 offset = wide * SEARCH_DISK[i];
    float found = texture2D(map, at.xy + offset).r;
    // What is empty is as far as the map goes, and blocks nothing however far the surface is.
    if (found < min(depth + dot(slope, offset), 1.0)) {
      blockers += 1.0;
      sum += found;
    }
  }
  if (blockers == 0.0) return 1.0;
  float radius = clamp(spread * (at.z - sum / blockers), sharpest, search);
  mat2 narrow = radius * rotation;
  float lit = 0.0;
  for (int i = 0; i < EDGE_SAMPLES; i++) {
    vec2 offset = narrow * EDGE_DISK[i];
    lit += step(min(depth + dot(slope, offset), 1.0), texture2D(map, at.xy + offset).r);
  }
  return mix(1.0, lit / float(EDGE_SAMPLES), strength);
}

#if NUM_POINT_LIGHT_SHADOWS > 0
float getPointShadow(
  samplerCube map, vec2 mapSize, float strength, float bias, float spread, vec4 coordinate,
  float near, float far
) {
  vec3 away = coordinate.xyz;
  float distance = length(away);
  vec3 direction = away / distance;
  vec3 aside = normalize(cross(direction, abs(direction.y) < 0.9 ? vec3(0, 1, 0) : vec3(1, 0, 0)));
  vec3 along = cross(direction, aside);
  mat2 wide = spread * shadowRotation();
  float lit = 0.0;
  int samples = spread == 0.0 ? 1 : EDGE_SAMPLES;
  for (int i = 0; i < samples; i++) {
    vec2 offset = wide * EDGE_DISK[i];
    vec3 toward = direction + offset.x * aside + offset.y * along;
    vec3 parts = abs(toward);
    float depth = distance * max(max(parts.x, parts.y), parts.z);
    float expected = far * (depth - near) / (depth * (far - near)) + bias;
    lit += step(min(expected, 1.0), textureCube(map, toward).r);
  }
  return mix(1.0, lit / float(samples), strength);
}
#endif
#endif
`;

/**
 * @template {Material} T
 * @param {T} material
 * @param {(shader: WebGLProgramParametersWithUniforms) => void} [change] what else its shader needs
 * @returns {T}
 */
export function withSoftShadows(material, change) {
  // Light falls on fronts: what lies in a map is what it meets first, and how far away that is.
  material.shadowSide = material.side;
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(
      "#include <shadowmap_pars_fragment>",
      SOFT_SHADOWS,
    );
    change?.(shader);
  };
  // By default, the source of the function above: it is the same whatever `change` does.
  material.customProgramCacheKey = () => `soft shadows ${change ?? ""}`;
  return material;
}
