/** Buttons that copy the text of another element, and say in words that they did. */

const CONFIRMED_MS = 2500;
const PLAIN = "text/plain";

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
 * @param {Promise<boolean>} [ready] whether its text is there, for a text that has yet to come
 * @returns {Promise<string>} what happened, in words for the button
 */
export async function copied(source, ready) {
  try {
    if (ready === undefined) await navigator.clipboard.writeText(textOf(source));
    // Safari takes only what the press itself begins to write, so the text comes while it waits.
    else await navigator.clipboard.write([new ClipboardItem({ [PLAIN]: textOnce(source, ready) })]);
    return "Copied";
  } catch {
    // Over plain HTTP from another machine there is no clipboard, and the person may refuse it.
    if (await (ready ?? true)) getSelection()?.selectAllChildren(source);
    return "Selected: press Ctrl+C";
  }
}

/**
 * @param {HTMLElement} source
 * @param {Promise<boolean>} ready
 */
async function textOnce(source, ready) {
  if (!(await ready)) throw new Error("There is no text to copy.");
  return new Blob([textOf(source)], { type: PLAIN });
}

/** @param {HTMLElement} source */
function textOf(source) {
  return source.textContent?.trim() ?? "";
}
