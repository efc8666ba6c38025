/** Light from all around, as presets: a sky over the ground, and bright rectangles in it. */

/**
 * @typedef {object} Panel
 * @property {number} azimuthDegrees as a compass: 180 is toward the viewer
 * @property {number} elevationDegrees
 * @property {readonly [width: number, height: number]} size at a distance of 1
 * @property {number} radiance beside that of the sky
 * @property {string} color
 *
 * @typedef {object} LightPreset
 * @property {number} level the mean radiance
 * @property {readonly [zenith: string, horizon: string, ground: string]} colors
 * @property {readonly [zenith: number, horizon: number, ground: number]} radiances
 * @property {readonly Panel[]} panels at most `MOST_PANELS`
 */

export const MOST_PANELS = 6;

/** @type {(azimuth: number, elevation: number, size: [number, number], radiance: number, color?: string) => Panel} */
const panel = (azimuthDegrees, elevationDegrees, size, radiance, color = "#ffffff") => ({
  azimuthDegrees,
  elevationDegrees,
  size,
  color,
  radiance,
});

/** @type {Record<string, LightPreset>} by name; `none` is none of them */
export const LIGHT_PRESETS = {
  studio: {
    level: 1.66,
    colors: ["#ffffff", "#ffffff", "#ffffff"],
    radiances: [0.68, 0.9, 0.66],
    panels: [
      panel(170, 55, [1.2, 0.7], 2),
      panel(120, 26, [0.5, 1], 3),
      panel(236, 14, [0.4, 1.3], 2.4),
      panel(325, 30, [0.45, 1.2], 3),
      panel(40, 22, [0.25, 1.3], 3),
    ],
  },
  daylight: {
    level: 1.1,
    colors: ["#7fb2ea", "#e6eff6", "#9a958a"],
    radiances: [1, 1.3, 0.5],
    panels: [panel(140, 45, [0.35, 0.35], 30, "#fff3dc")],
  },
  overcast: {
    level: 1,
    colors: ["#f4f7fa", "#dfe5ea", "#8d8f8e"],
    radiances: [1.6, 1, 0.45],
    panels: [],
  },
  sunset: {
    level: 0.75,
    colors: ["#46588c", "#ff9a5c", "#4a3a36"],
    radiances: [0.6, 1.3, 0.4],
    panels: [panel(120, 8, [0.5, 0.4], 18, "#ffb066")],
  },
  night: {
    level: 0.16,
    colors: ["#1c2c58", "#3a4a78", "#141824"],
    radiances: [0.8, 1, 0.4],
    panels: [panel(215, 50, [0.25, 0.25], 24, "#cfdcff")],
  },
};
