/** Buttons that copy the text of another element, and say in words that they did. */

const CONFIRMED_MS = 2500;

/** Every `<button data-copies="id">` copies the text of the element with that id. */
export function connectCopyButtons() {
  for (const button of document.querySelectorAll("button[data-copies]")) {
    const source = document.getElementById(button.getAttribute("data-copies") ?? "");
    if (source) connect(button, source);
  }
}

/**
 * @param {Element} button
 * @param {HTMLElement} source
 */
function connect(button, source) {
  const label = button.textContent;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  button.addEventListener("click", async () => {
    button.textContent = await copied(source);
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = label;
    }, CONFIRMED_MS);
  });
}

/**
 * @param {HTMLElement} source
 * @returns {Promise<string>} what happened, in words for the button
 */
export async function copied(source) {
  try {
    await navigator.clipboard.writeText(source.textContent?.trim() ?? "");
    return "Copied";
  } catch {
    // Over plain HTTP from another machine there is no clipboard, and the person may refuse it.
    getSelection()?.selectAllChildren(source);
    return "Selected: press Ctrl+C";
  }
}
