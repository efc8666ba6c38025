/** JSON Patch (RFC 6902: add, remove, replace) on documents of plain objects, without mutation. */

/**
 * @typedef {{ op: "add" | "replace", path: string, value: unknown }
 *   | { op: "remove", path: string }} PatchStep
 */

/**
 * The document after the patch. What the patch does not touch is shared with the original, so
 * that `before.model === after.model` says that the model is as it was. Each object on the way is
 * copied once, however many steps there are.
 *
 * @template T
 * @param {T} document left as it is, also on failure
 * @param {unknown} patch
 * @returns {{ document: T, paths: string[][] }} and where something was changed
 * @throws {Error} naming the step that does not fit the document
 */
export function patched(document, patch) {
  if (!Array.isArray(patch)) throw new Error("The patch is not a list of steps.");
  const steps = patch.map(checkedStep);
  const own = new Set();
  const paths = [];
  let after = document;
  for (const step of steps) {
    const path = segments(step);
    after = changed(after, path, step, own);
    paths.push(path);
  }
  return { document: after, paths };
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
  if (!step.path.includes("~")) return rest;
  return rest.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * @param {any} document
 * @param {string[]} path
 * @param {PatchStep} step
 * @param {Set<object>} own the objects that were copied for this patch
 * @returns {any}
 */
function changed(document, path, step, own) {
  const key = path.at(-1);
  if (key === undefined) return wholeValue(step);
  const after = ownCopy(document, step, own);
  let node = after;
  for (const name of path.slice(0, -1)) {
    requireMember(node, name, step);
    node[name] = ownCopy(node[name], step, own);
    node = node[name];
  }
  if (step.op === "add") requireName(key, step);
  else requireMember(node, key, step);
  if (step.op === "remove") delete node[key];
  else node[key] = step.value;
  return after;
}

/** @param {PatchStep} step */
function wholeValue(step) {
  if (step.op === "remove") throw new Error("The whole document cannot be removed.");
  return step.value;
}

/**
 * Arrays are refused because vectors are replaced whole.
 *
 * @param {any} node
 * @param {PatchStep} step
 * @param {Set<object>} own
 */
function ownCopy(node, step, own) {
  if (own.has(node)) return node;
  if (typeof node !== "object" || node === null || Array.isArray(node)) throw noWay(step);
  const copy = { ...node };
  own.add(copy);
  return copy;
}

/**
 * @param {any} node
 * @param {string} key
 * @param {PatchStep} step
 */
function requireMember(node, key, step) {
  requireName(key, step);
  if (!Object.hasOwn(node, key)) {
    throw new Error(`The scene has nothing at "${step.path}" to ${step.op}.`);
  }
}

/**
 * Assigning to `__proto__` would change the object's prototype instead of a member.
 *
 * @param {string} key
 * @param {PatchStep} step
 */
function requireName(key, step) {
  if (key === "__proto__") throw noWay(step);
}

/** @param {PatchStep} step */
function noWay(step) {
  return new Error(`The path "${step.path}" does not lead through the scene's objects.`);
}
