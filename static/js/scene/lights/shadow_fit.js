/** Fits the map of a light's shadow to what throws shadows, so that none of it is wasted. */

import { LightShadow, Matrix4, Object3D, Vector3 } from "three";

/**
 * @import { Box3, DirectionalLight, Light, OrthographicCamera, PerspectiveCamera, SpotLight } from "three"
 */

/** Beyond what is fitted, as a share: the edge of a map must be empty. */
const MARGIN = 1.04;
/** A light amid the things can look so far to each side of where it looks: tan 75°. */
const WIDEST_TANGENT = 3.7;
/** Nearer than this share of the farthest, the depths of a map grow coarse. */
const NEAREST = 0.02;
/** How far a surface is lifted off itself when it asks for its shadow, in texels. */
const LIFT_TEXELS = 1.5;
const UP = new Vector3(0, 1, 0);
const NEARLY_UP = 0.999;

/** Looks from a light as its map does; `LightShadow` reads the places of both. */
class Lookout extends Object3D {
  target = new Object3D();

  /**
   * @param {Vector3} from
   * @param {Vector3} to
   */
  aim(from, to) {
    this.position.copy(from);
    this.target.position.copy(to);
    this.updateMatrixWorld();
    this.target.updateMatrixWorld();
  }
}

/** @param {DirectionalLight | SpotLight} light */
function lookoutOf(light) {
  const lookout = new Lookout();
  // A light's own would look where the light is aimed, and as wide as it shines.
  light.shadow.updateMatrices = () =>
    LightShadow.prototype.updateMatrices.call(
      light.shadow,
      /** @type {Light} */ (/** @type {unknown} */ (lookout)),
    );
  return lookout;
}

/**
 * @param {Box3} box
 * @param {Vector3} from
 * @param {Vector3} to
 * @returns {Vector3[]} the corners of the box as seen: to the right, up, and away
 */
function cornersSeen({ min, max }, from, to) {
  const ahead = to.clone().sub(from).normalize();
  const up = Math.abs(ahead.y) > NEARLY_UP ? new Vector3(0, 0, 1) : UP;
  const toView = new Matrix4().lookAt(from, to, up).setPosition(from).invert();
  return [min.x, max.x]
    .flatMap((x) => [min.y, max.y].flatMap((y) => [min.z, max.z].map((z) => new Vector3(x, y, z))))
    .map((corner) => corner.applyMatrix4(toView).multiply(new Vector3(1, 1, -1)));
}

/** @param {Vector3[]} corners */
function reachOf(corners) {
  const depths = corners.map(({ z }) => z);
  return { nearest: Math.min(...depths), farthest: Math.max(...depths) };
}

/** @param {SpotLight} light @returns {(box: Box3, radius: number) => void} */
export function spotFit(light) {
  const lookout = lookoutOf(light);
  const { shadow } = light;
  /**
   * @param {Box3} box what throws shadows
   * @param {number} radius of what shines, in meters
   */
  return (box, radius) => {
    const center = box.getCenter(new Vector3());
    const corners = cornersSeen(box, light.position, center);
    const { nearest, farthest } = reachOf(corners);
    const tangents = corners.map(({ x, y, z }) => Math.max(Math.abs(x), Math.abs(y)) / z);
    const isAmid = nearest <= NEAREST * farthest;
    const widest = isAmid ? WIDEST_TANGENT : Math.min(Math.max(...tangents), WIDEST_TANGENT);
    const tangent = MARGIN * widest;
    const far = MARGIN * farthest;
    const near = Math.max(nearest / MARGIN, NEAREST * far);
    place(shadow.camera, near, far, tangent);
    lookout.aim(light.position, center);
    shadow.radius = (radius / (2 * tangent)) * ((far - near) / (far * near));
    const away = center.distanceTo(light.position);
    shadow.normalBias = (LIFT_TEXELS * 2 * tangent * away) / shadow.mapSize.width;
  };
}

/**
 * @param {PerspectiveCamera} camera
 * @param {number} near
 * @param {number} far
 * @param {number} tangent of half its angle of view
 */
function place(camera, near, far, tangent) {
  camera.near = near;
  camera.far = far;
  camera.fov = (360 / Math.PI) * Math.atan(tangent);
  camera.updateProjectionMatrix();
}

/** @param {DirectionalLight} light @returns {(box: Box3, radius: number) => void} */
export function sunFit(light) {
  const lookout = lookoutOf(light);
  const { shadow } = light;
  const from = new Vector3();
  /**
   * @param {Box3} box what throws shadows
   * @param {number} radius of what shines, as the tangent of the angle that it appears under
   */
  return (box, radius) => {
    const center = box.getCenter(new Vector3());
    const size = box.getSize(from).length();
    from.subVectors(light.position, light.target.position).setLength(size).add(center);
    const corners = cornersSeen(box, from, center);
    const { nearest, farthest } = reachOf(corners);
    const half = MARGIN * Math.max(...corners.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]));
    const camera = /** @type {OrthographicCamera} */ (shadow.camera);
    const spare = (MARGIN - 1) * (farthest - nearest);
    camera.near = nearest - spare;
    camera.far = farthest + spare;
    Object.assign(camera, { left: -half, right: half, top: half, bottom: -half });
    camera.updateProjectionMatrix();
    lookout.aim(from, center);
    shadow.radius = (radius * (camera.far - camera.near)) / (2 * half);
    shadow.normalBias = (LIFT_TEXELS * 2 * half) / shadow.mapSize.width;
  };
}
