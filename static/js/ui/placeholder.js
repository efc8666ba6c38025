/** What stands where the scene will be, until its first picture: see templates/scene/poster.html. */

/** @import { SceneDocument } from "../document/schema.js" */

/** @param {SceneDocument} scene whose background it gets */
export function showPlaceholder({ environment: { background } }) {
  if (document.documentElement.dataset.revision !== undefined) return;
  const poster = document.querySelector(".poster");
  if (!(poster instanceof HTMLElement)) return;
  const [top, bottom = top] = background;
  poster.style.background = `linear-gradient(${top}, ${bottom})`;
}
