/** Which of the objects under the pointer a click is for: the outermost first, then further down. */

/**
 * @param {readonly string[]} path the ids of the object that was clicked and of all that it belongs
 *   to, the outermost first
 * @param {readonly string[]} selected
 * @param {(id: string) => string | null} parentOf
 * @param {boolean} goesDown whether a click on what is selected is for what is in it
 * @returns {string | null} null where the path is empty
 */
export function chosen(path, selected, parentOf, goesDown) {
  const last = selected.at(-1);
  if (last === undefined) return path[0] ?? null;
  const at = path.indexOf(last);
  if (at !== -1) return (goesDown && selected.length === 1 && path[at + 1]) || last;
  // Beside what is selected, a click stays as far down as that is.
  const above = parentOf(last);
  return path[above === null ? 0 : path.indexOf(above) + 1] ?? null;
}
