/** JSON Patch (RFC 6902: add, remove, replace) on documents of plain objects, without mutation. */

/**
 * @typedef {{ op: "add" | "replace", path: string, value: unknown }
 *   | { op: "remove", path: string }} PatchStep
 */

/**
 * The document after the patch. What the patch does not touch is shared with the original, so
 * that `before.model === after.model` says that the model is as it was.
 *
 * @template T
 * @param {T} document left as it is, also on failure
 * @param {unknown} patch
 * @returns {T}
 * @throws {Error} naming the step that does not fit the document
 */
export function patched(document, patch) {
  if (!Array.isArray(patch)) throw new Error("The patch is not a list of steps.");
  return patch
    .map(checkedStep)
    .reduce((node, step) => changed(node, segments(step), step), document);
}

/**
 * @param {any} step
 * @returns {PatchStep}
 */
function checkedStep(step) {
  const known = ["add", "remove", "replace"].includes(step?.op) && typeof step.path === "string";
  const complete = step?.op === "remove" || (known && Object.hasOwn(step, "value"));
  if (known && complete) return step;
  throw new Error(`${JSON.stringify(step)} is not an add, remove or replace step.`);
}

/**
 * RFC 6901: "/" separates, "~1" stands for "/" and "~0" for "~".
 *
 * @param {PatchStep} step
 * @returns {string[]}
 */
function segments(step) {
  const [first, ...rest] = step.path.split("/");
  if (first !== "") throw new Error(`The path "${step.path}" does not begin with "/".`);
  return rest.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * @param {any} node
 * @param {string[]} path the way from this node to the place of the step
 * @param {PatchStep} step
 * @returns {any}
 */
function changed(node, path, step) {
  const [key, ...rest] = path;
  if (key === undefined) return wholeValue(step);
  if (rest.length > 0 || step.op !== "add") requireMember(node, key, step);
  else requireObject(node, key, step);
  const copy = { ...node };
  if (rest.length === 0 && step.op === "remove") delete copy[key];
  else copy[key] = changed(node[key], rest, step);
  return copy;
}

/** @param {PatchStep} step */
function wholeValue(step) {
  if (step.op === "remove") throw new Error("The whole document cannot be removed.");
  return step.value;
}

/**
 * @param {any} node
 * @param {string} key
 * @param {PatchStep} step
 */
function requireMember(node, key, step) {
  requireObject(node, key, step);
  if (!Object.hasOwn(node, key)) {
    throw new Error(`The scene has nothing at "${step.path}" to ${step.op}.`);
  }
}

/**
 * Arrays are refused because vectors are replaced whole, `__proto__` because assigning to it
 * would change the object's prototype instead of a member.
 *
 * @param {any} node
 * @param {string} key
 * @param {PatchStep} step
 */
function requireObject(node, key, step) {
  const isObject = typeof node === "object" && node !== null && !Array.isArray(node);
  if (isObject && key !== "__proto__") return;
  throw new Error(`The path "${step.path}" does not lead through the scene's objects.`);
}
