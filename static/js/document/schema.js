/** The scene document, version 1: its kinds of entities, and where they are. */

/**
 * @typedef {[number, number, number]} Vector3Values
 * @typedef {{ azimuthDegrees: number, elevationDegrees: number, distance: number }} Spherical
 * @typedef {{ color: string, scale: Vector3Values, rotationDegrees: Vector3Values }} Model
 * @typedef {Spherical & { color: string, intensity: number, size: [number, number] }} Light
 * @typedef {Spherical & { fovDegrees: number }} Camera
 *
 * @typedef {object} SceneDocument
 * @property {1} version
 * @property {Model} model
 * @property {{ key: Light, fill: Light }} lights
 * @property {{ color: string, intensity: number }} ambient
 * @property {{ color: string }} background
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
