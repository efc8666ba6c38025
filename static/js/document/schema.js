/**
 * The scene document: its kinds of entities, and where they are.
 *
 * Written by `make schema` from sessions_app/scene/document/kinds.py: change it there.
 */

/**
 * @typedef {object} Model
 * @property {string} color the color of its material
 * @property {[number, number, number]} scale factors along x, y and z
 * @property {[number, number, number]} rotationDegrees pitch, yaw and roll
 *
 * @typedef {object} Light
 * @property {string} color the color of its light
 * @property {number} intensity how strong it is; 0 is off
 * @property {[number, number]} size width and height of its area
 * @property {number} azimuthDegrees the compass direction seen from above, in degrees: 180 toward the viewer
 * @property {number} elevationDegrees the angle above the horizon, in degrees
 * @property {number} distance from the origin, in scene units
 *
 * @typedef {object} Ambient
 * @property {string} color the color of the light from all sides
 * @property {number} intensity how strong it is; 0 is off
 *
 * @typedef {object} Background
 * @property {string} color the color behind everything
 *
 * @typedef {object} Camera
 * @property {number} fovDegrees the vertical field of view
 * @property {number} azimuthDegrees the compass direction seen from above, in degrees: 180 toward the viewer
 * @property {number} elevationDegrees the angle above the horizon, in degrees
 * @property {number} distance from the origin, in scene units
 *
 * @typedef {object} SceneDocument
 * @property {1} version
 * @property {Model} model
 * @property {{ key: Light, fill: Light }} lights
 * @property {Ambient} ambient
 * @property {Background} background
 * @property {Camera} camera
 */

export const SCHEMA = {
  version: 1,
  kinds: {
    model: {
      color: "color",
      scale: "number[3]",
      rotationDegrees: "number[3]",
    },
    light: {
      color: "color",
      intensity: "number",
      size: "number[2]",
      azimuthDegrees: "number",
      elevationDegrees: "number",
      distance: "number",
    },
    ambient: {
      color: "color",
      intensity: "number",
    },
    background: {
      color: "color",
    },
    camera: {
      fovDegrees: "number",
      azimuthDegrees: "number",
      elevationDegrees: "number",
      distance: "number",
    },
  },
  places: {
    model: "model",
    lights: {
      key: "light",
      fill: "light",
    },
    ambient: "ambient",
    background: "background",
    camera: "camera",
  },
};
