/** Light, dark or as the machine is set: what a person chose, in this browser. */

import { elementById } from "./elements.js";
import { keep, kept } from "./preferences.js";

/** templates/theme.html reads it before the first paint. */
const KEY = "hello3d.theme";
const AUTO = "auto";

export function connectThemes() {
  const choice = elementById("theme", HTMLSelectElement);
  const root = document.documentElement;
  choice.value = kept(KEY) ?? root.dataset.theme ?? AUTO;
  choice.addEventListener("change", () => {
    keep(KEY, choice.value);
    if (choice.value === AUTO) delete root.dataset.theme;
    else root.dataset.theme = choice.value;
  });
}
