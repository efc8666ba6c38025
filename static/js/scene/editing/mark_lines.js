/** Lines that show where something is: the edges of a box, a light's shape, what a camera sees. */

import { MathUtils, Matrix4, Quaternion, Vector3 } from "three";

/**
 * @import { Box3 } from "three"
 * @import { Entity } from "../../document/schema.js"
 *
 * @typedef {Vector3[]} Lines in pairs of ends, in the world
 */

const UP = new Vector3(0, 1, 0);
const AXES = [new Vector3(1, 0, 0), UP, new Vector3(0, 0, 1)];
/** Of a box, by how much its edges stand out from it, as a share of its longest side. */
const AWAY = 0.012;
/** Of the way to what a camera looks at, how far its picture is drawn from it. */
const PICTURE_SHARE = 0.3;
const ASPECT = 16 / 9;
const CAMERA_FOV = 32;
const SPOT_DEGREES = 30;
/** Of how far the scene reaches. */
const STAR = 0.06;
const RAY = 0.35;
const AROUND = 24;

/**
 * @param {Box3} box
 * @param {Matrix4} matrix from its space to the world
 * @returns {Lines}
 */
export function boxLines({ min, max }, matrix) {
  const more = AWAY * Math.max(max.x - min.x, max.y - min.y, max.z - min.z);
  const low = min.clone().subScalar(more);
  const high = max.clone().addScalar(more);
  const corners = [...Array(8).keys()].map((at) =>
    new Vector3(
      at & 1 ? high.x : low.x,
      at & 2 ? high.y : low.y,
      at & 4 ? high.z : low.z,
    ).applyMatrix4(matrix),
  );
  return corners.flatMap((corner, at) =>
    [1, 2, 4]
      .filter((bit) => (at & bit) === 0)
      .flatMap((bit) => [corner, /** @type {Vector3} */ (corners[at | bit])]),
  );
}

/**
 * @param {Entity} entity of a light or a camera
 * @param {Vector3} at in the world
 * @param {Vector3} aim
 * @param {number} reach how far the scene reaches, in meters
 * @returns {Lines}
 */
export function frameLines(entity, at, aim, reach) {
  const turn = turnTo(at, aim);
  /** @type {(x: number, y: number, z: number) => Vector3} to the right, up and ahead */
  const point = (x, y, z) => new Vector3(x, y, z).applyQuaternion(turn).add(at);
  switch (entity.kind) {
    case "camera": {
      const ahead = PICTURE_SHARE * at.distanceTo(aim);
      const high = ahead * Math.tan(MathUtils.degToRad(entity.fov ?? CAMERA_FOV) / 2);
      return coneOf(
        at,
        rectangle(ASPECT * high, high, (x, y) => point(x, y, ahead)),
      );
    }
    case "area_light": {
      const [width = 1, height = 1] = entity.size ?? [];
      const edges = rectangle(width / 2, height / 2, (x, y) => point(x, y, 0));
      return [...ring(edges), at, at.clone().lerp(aim, RAY)];
    }
    case "spot_light": {
      const ahead = RAY * at.distanceTo(aim);
      const wide = ahead * Math.tan(MathUtils.degToRad(entity.angle ?? SPOT_DEGREES));
      return coneOf(
        at,
        circle(wide, (x, y) => point(x, y, ahead)),
        AROUND / 4,
      );
    }
    case "directional_light": {
      const edges = circle(STAR * reach, (x, y) => point(x, y, 0));
      const ahead = edges.filter((_, index) => index % (AROUND / 4) === 0);
      const away = at.clone().lerp(aim, RAY).sub(at);
      return [...ring(edges), ...ahead.flatMap((each) => [each, each.clone().add(away)])];
    }
    default: {
      const arm = STAR * reach;
      return AXES.flatMap((axis) => [
        at.clone().addScaledVector(axis, arm),
        at.clone().addScaledVector(axis, -arm),
      ]);
    }
  }
}

/**
 * @param {Vector3} at
 * @param {Vector3} aim
 * @returns {Quaternion} that turns +z towards the aim
 */
export function turnTo(at, aim) {
  return new Quaternion().setFromRotationMatrix(new Matrix4().lookAt(aim, at, UP));
}

/**
 * @param {number} halfWidth
 * @param {number} halfHeight
 * @param {(x: number, y: number) => Vector3} point
 */
const rectangle = (halfWidth, halfHeight, point) => [
  point(-halfWidth, -halfHeight),
  point(halfWidth, -halfHeight),
  point(halfWidth, halfHeight),
  point(-halfWidth, halfHeight),
];

/**
 * @param {number} radius
 * @param {(x: number, y: number) => Vector3} point
 */
const circle = (radius, point) =>
  [...Array(AROUND).keys()].map((at) => {
    const angle = (2 * Math.PI * at) / AROUND;
    return point(radius * Math.cos(angle), radius * Math.sin(angle));
  });

/**
 * @param {readonly Vector3[]} points
 * @returns {Lines} from each to the next, and from the last to the first
 */
const ring = (points) =>
  points.flatMap((from, at) => [from, /** @type {Vector3} */ (points[(at + 1) % points.length])]);

/**
 * @param {Vector3} tip
 * @param {readonly Vector3[]} base
 * @param {number} every how many of its points lines lead to the tip from
 */
const coneOf = (tip, base, every = 1) => [
  ...ring(base),
  ...base.filter((_, at) => at % every === 0).flatMap((each) => [tip, each]),
];
