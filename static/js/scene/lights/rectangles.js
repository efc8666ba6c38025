/**
 * The light of a rectangle on what it shines on, where nothing blocks it.
 *
 * three.js reads the gloss of its RectAreaLight from tables, which are a quarter of a megabyte; here
 * it is that of a point of the rectangle, after Karis, Real Shading in Unreal Engine 4 (2013).
 */

/** @import { WebGLProgramParametersWithUniforms } from "three" */

/**
 * `seen` is a rectangle as a point sees it: Lambert's vector of it, whose length is the share of all
 * around that it fills and which points to where its light comes from on average.
 */
export const RECTANGLES = /* glsl */ `
#if NUM_RECT_AREA_LIGHTS > 0
vec3 edgeSeen(vec3 from, vec3 to) {
  float cosine = clamp(dot(from, to), -0.9999, 0.9999);
  return cross(from, to) * acos(cosine) * inversesqrt(1.0 - cosine * cosine);
}

vec3 rectangleSeen(RectAreaLight light, vec3 point) {
  vec3 toward = light.position - point;
  // It shines to one side.
  if (dot(cross(light.halfWidth, light.halfHeight), toward) < 0.0) return vec3(0.0);
  vec3 a = normalize(toward - light.halfWidth - light.halfHeight);
  vec3 b = normalize(toward + light.halfWidth - light.halfHeight);
  vec3 c = normalize(toward + light.halfWidth + light.halfHeight);
  vec3 d = normalize(toward - light.halfWidth + light.halfHeight);
  return (edgeSeen(a, b) + edgeSeen(b, c) + edgeSeen(c, d) + edgeSeen(d, a)) / 6.283185;
}

// What a surface receives, as if a ball filled as much: of that it is known what a horizon cuts off.
float received(vec3 seen, vec3 normal) {
  float share = length(seen);
  return max((share * share + dot(seen, normal)) / (share + 1.0), 0.0);
}
#endif
`;

const GLOSS = /* glsl */ `
#if NUM_RECT_AREA_LIGHTS > 0
// Where a ray passes the rectangle most closely.
vec3 nearestOnRectangle(RectAreaLight light, vec3 point, vec3 ray) {
  vec3 toward = light.position - point;
  vec3 facing = cross(light.halfWidth, light.halfHeight);
  float ahead = dot(ray, facing);
  vec3 aside = (ahead > 0.0 ? ray * dot(toward, facing) / ahead : ray * length(toward)) - toward;
  vec2 at = vec2(
    dot(aside, light.halfWidth) / dot(light.halfWidth, light.halfWidth),
    dot(aside, light.halfHeight) / dot(light.halfHeight, light.halfHeight)
  );
  at = clamp(at, -1.0, 1.0);
  return toward + at.x * light.halfWidth + at.y * light.halfHeight;
}

void shineRectangle(
  const in RectAreaLight light, const in vec3 point, const in vec3 normal, const in vec3 toViewer,
  const in vec3 clearcoatNormal, const in PhysicalMaterial material, inout ReflectedLight reflected
) {
  vec3 seen = rectangleSeen(light, point);
  float share = received(seen, normal);
  if (share <= 0.0) return;
  reflected.directDiffuse += light.color * material.diffuseContribution * share;
  // The rougher it is, the more of the rectangle it mirrors at once.
  float alpha = material.roughness * material.roughness;
  vec3 mirrored = normalize(nearestOnRectangle(light, point, reflect(-toViewer, normal)));
  vec3 from = normalize(mix(mirrored, normalize(seen), alpha));
  float widened = alpha / min(alpha + 0.5 * sqrt(length(seen)), 1.0);
  vec3 irradiance = 3.14159265 * share * light.color;
  reflected.directSpecular += irradiance * widened * widened * BRDF_GGX(from, toViewer, normal, material);
}
#undef RE_Direct_RectArea
#define RE_Direct_RectArea shineRectangle
#endif
`;

const PHYSICAL = "#include <lights_physical_pars_fragment>";

/** @param {WebGLProgramParametersWithUniforms} shader of a physical material */
export function withRectangles(shader) {
  const { fragmentShader } = shader;
  shader.fragmentShader = fragmentShader.replace(PHYSICAL, `${PHYSICAL}${RECTANGLES}${GLOSS}`);
}
