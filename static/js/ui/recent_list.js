/** The list on the first page of the scenes that were opened in this browser. */

import { elementById, newElement } from "./elements.js";
import { forgetAllScenes, forgetScene, recentScenes } from "./recent_scenes.js";

/** @import { RecentScene } from "./recent_scenes.js" */

export function connectRecentList() {
  const section = elementById("recent", HTMLElement);
  const list = elementById("recent-scenes", HTMLElement);

  function show() {
    list.replaceChildren(...recentScenes().map(sceneItem));
    section.hidden = list.childElementCount === 0;
  }

  list.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const item = button?.closest("li");
    if (!item) return;
    const at = [...list.children].indexOf(item);
    forgetScene(item.dataset.scene ?? "");
    show();
    const next = list.children[Math.min(at, list.childElementCount - 1)]?.querySelector("button");
    (next ?? elementById("session-id", HTMLInputElement)).focus();
  });
  show();
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) show(); // it comes from the browser's cache, as it was before
  });
  // Who uses this browser next is not to see them.
  document.querySelector(".signed-in")?.addEventListener("submit", forgetAllScenes);
}

/** @param {RecentScene} scene */
function sceneItem({ id, name, picture }) {
  const item = newElement("li", "");
  item.dataset.scene = id;
  const link = document.createElement("a");
  link.href = `?${new URLSearchParams({ sessionId: id })}`;
  const image = document.createElement("img");
  image.alt = "";
  image.width = 64;
  image.height = 40;
  if (picture !== "") image.src = picture;
  link.append(image, newElement("span", "", name));
  const button = newElement("button", "button button-small", "Remove");
  button.setAttribute("type", "button");
  button.setAttribute("aria-label", `Remove ${name} from this list`);
  item.append(link, button);
  return item;
}
