/** The tabs that say how each AI client is connected; the chosen one is kept in this browser. */

import { keep, kept } from "./preferences.js";

const KEY = "hello3d.client";
const CHOSEN = "way-chosen";

/** Tabs as ARIA describes them: one is in the order of Tab, the arrow keys go to the others. */
export function connectClientTabs() {
  const tabs = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".way-tab"))];

  /** @param {HTMLElement} chosen */
  function show(chosen) {
    for (const tab of tabs) {
      tab.setAttribute("aria-selected", String(tab === chosen));
      tab.tabIndex = tab === chosen ? 0 : -1;
      document
        .getElementById(tab.getAttribute("aria-controls") ?? "")
        ?.classList.toggle(CHOSEN, tab === chosen);
    }
  }

  /**
   * The panel stands on its lower edge: where it shrank, the tabs would go from under the pointer.
   *
   * @param {HTMLElement} tab
   */
  function choose(tab) {
    const ways = tab.closest(".ways");
    if (ways instanceof HTMLElement) ways.style.minHeight = `${ways.offsetHeight}px`;
    show(tab);
    keep(KEY, tab.dataset.way ?? null);
  }

  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const next = tabs[nextIndex(event.key, index, tabs.length)];
      if (next === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      choose(next);
      next.focus();
    });
  }
  const before = kept(KEY);
  const found = tabs.find((tab) => tab.dataset.way === before);
  if (found) show(found);
}

/**
 * @param {string} key of the keyboard
 * @param {number} index of the tab that has the focus
 * @param {number} count
 * @returns {number} that of the tab to go to; -1 for a key that goes nowhere
 */
function nextIndex(key, index, count) {
  switch (key) {
    case "ArrowRight":
      return (index + 1) % count;
    case "ArrowLeft":
      return (index + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return -1;
  }
}
