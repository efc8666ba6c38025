/** What the view says to the person in the chat, and what it says to the model for them. */

/** @import { ViewCamera } from "../net/messages.js" */

export const WAITING = "The scene comes with the answer…";
export const LOADING = "Loading the scene…";
export const TROUBLED = "The connection is interrupted. This is the scene as it was.";
export const NOT_SAID = "This chat did not take it. Write it in the chat yourself.";
export const NOT_OPENED = "This chat opens no links. Copy it into a browser:";
export const SAID = "Sent to the chat.";
export const NO_SCENE = "The answer has no scene to show.";
export const NO_WEBGL = "3D graphics (WebGL 2) are off here. Open the scene in a window.";
export const CANCELLED = "The call was cancelled, so there is no scene to show.";

/** @type {Record<string, string>} */
export const ENDINGS = {
  view_expired: "This view has expired. Open the scene in a window, or ask for its link again.",
  session_closed: "This scene is closed.",
  cannot_draw: "The scene has something that this view cannot draw. Open it in a window.",
};

/**
 * @param {ViewCamera} seen
 * @returns {string} for the model
 */
export function lookFrom({ position, aim }) {
  const place = (/** @type {readonly number[]} */ numbers) =>
    `[${numbers.map((number) => Number(number.toFixed(2))).join(", ")}]`;
  return `Look at the scene from where I look now: set_camera with position ${place(position)} and look_at ${place(aim)}.`;
}
