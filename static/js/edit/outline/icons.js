/** The outline's pictures, drawn for a square of 16 by 16. */

import { html } from "lit/html.js";

const LIGHT = "M8 2.5a3.6 3.6 0 0 1 2 6.6V11H6V9.1a3.6 3.6 0 0 1 2-6.6zM6.5 13.5h3";

/** @type {Record<string, string>} by kind */
const PATHS = {
  box: "M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8.2 13.5 5M8 8.2v6",
  sphere: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M2 8c2 2.4 10 2.4 12 0",
  cylinder: "M3 4c0-2.4 10-2.4 10 0s-10 2.4-10 0v8c0 2.4 10 2.4 10 0V4",
  cone: "M8 1.8 3 12c0 2.4 10 2.4 10 0z",
  torus: "M8 3.5c-3.5 0-6 2-6 4.5s2.5 4.5 6 4.5 6-2 6-4.5-2.5-4.5-6-4.5M5.5 8c1 1.4 4 1.4 5 0",
  plane: "M5 4.5h9L11 11.5H2z",
  capsule: "M5 6a3 3 0 0 1 6 0v4a3 3 0 0 1-6 0z",
  ring: "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2M8 5a3 3 0 1 0 0 6 3 3 0 1 0 0-6",
  model: "M8 1.5 14 4.8v6.4L8 14.5 2 11.2V4.8zM8 8l6-3.2M8 8 2 4.8M8 8v6.5",
  bust: "M8 1.8a2.7 2.7 0 0 1 1.5 5V9l3.5 1.5V14H3v-3.5L6.5 9V6.8a2.7 2.7 0 0 1 1.5-5z",
  text: "M3 5V3h10v2M8 3v10M6 13h4",
  tube: "M2 11c3.5 0 3-6 6.5-6S11 9 14 9M2 14c5 0 4-6 6.5-6",
  lathe: "M6 2h4c-1 3 3 4 3 7.5 0 2.5-2 4.5-5 4.5s-5-2-5-4.5C3 6 7 5 6 2",
  extrude: "M8 2l1.7 3.8 4.3.4-3.2 2.8 1 4.2L8 11l-3.8 2.2 1-4.2L2 6.2l4.3-.4z",
  chart: "M2.5 2v11.5H14M5 11V8M8 11V4M11 11V6.5",
  prop: "M4 2v6h8V2M4 8v6M12 8v6M4 10.5h8",
  group: "M2 4.5V13h12V5.5H8L6.5 3.5H2z",
  pattern: "M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z",
  directional_light:
    "M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 1 0 0-5M8 1v2M8 13v2M1 8h2M13 8h2M3 3l1.5 1.5M11.5 11.5 13 13M3 13l1.5-1.5M11.5 4.5 13 3",
  point_light: LIGHT,
  spot_light: "M6 2.5h4L13 11H3zM5.5 13.5h.01M8 13.5h.01M10.5 13.5h.01",
  area_light: "M2.5 3h11v5h-11zM5 10.5 4 13.5M8 10.5v3M11 10.5l1 3",
  hemisphere_light: "M2 10a6 6 0 0 1 12 0zM4 13h8",
  camera: "M2 4.5h8v7H2zM10 7.5l4-2.5v6l-4-2.5",
};
const OTHER = "M3 3h10v10H3z";

const OPEN_EYE = "M1.5 8C4 3.5 12 3.5 14.5 8 12 12.5 4 12.5 1.5 8M8 6a2 2 0 1 0 0 4 2 2 0 1 0 0-4";
const CLOSED_EYE = "M1.5 7C4 11.5 12 11.5 14.5 7M8 10.5v2.5M3.5 9.5 2.5 11.5M12.5 9.5l1 2";
const LOCKED = "M4 7.5h8v6H4zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5";
const UNLOCKED = "M4 7.5h8v6H4zM5.5 7.5V4.5a2.5 2.5 0 0 1 4.7-1.2";
const TWISTY = "M6 4l4 4-4 4";

/** @param {string} path */
const picture = (path) =>
  html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=${path}></path></svg>`;

/** @param {string} kind */
export const kindIcon = (kind) => picture(PATHS[kind] ?? OTHER);

/** @param {boolean} isVisible */
export const eyeIcon = (isVisible) => picture(isVisible ? OPEN_EYE : CLOSED_EYE);

/** @param {boolean} isLocked */
export const lockIcon = (isLocked) => picture(isLocked ? LOCKED : UNLOCKED);

export const twistyIcon = () => picture(TWISTY);
