/** The button that lets the page fill the screen, where the browser can. */

import { elementById } from "./elements.js";
import { FULL_SCREEN, LEAVE_FULL_SCREEN } from "./words.js";

/** @param {() => void} chosen to be called before the page gets another size */
export function connectFullScreen(chosen) {
  const button = elementById("full-screen", HTMLButtonElement);
  button.hidden = !document.fullscreenEnabled;
  button.addEventListener("click", async () => {
    chosen();
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await document.documentElement.requestFullscreen();
    } catch (error) {
      console.error(error); // the person, or who embeds the page, does not want it
    }
  });
  document.addEventListener("fullscreenchange", () => {
    button.textContent = document.fullscreenElement ? LEAVE_FULL_SCREEN : FULL_SCREEN;
  });
}
