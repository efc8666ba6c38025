/** Asks where objects are to belong, for people who do not drag. */

import { html, render } from "lit/html.js";
import { CANCEL, GROUPS, MOVE, MOVE_INTO, moveWords, OTHER_OBJECTS, TOP_LEVEL } from "../words.js";

/** @import { SceneTree } from "./scene_tree.js" */

/** Value of the choice that stands for no parent: no id is empty. */
const NO_PARENT = "";

/**
 * @param {HTMLElement} panel takes the dialog while it is open
 * @param {SceneTree} tree
 * @param {readonly string[]} ids what is to be moved
 * @param {(parent: string | null) => void} chosen
 */
export function askForParent(panel, tree, ids, chosen) {
  const dialog = document.createElement("dialog");
  dialog.className = "help panel-dialog";
  dialog.setAttribute("aria-label", MOVE_INTO);
  render(form(tree, ids), dialog);
  dialog.addEventListener("close", () => {
    const select = dialog.querySelector("select");
    if (dialog.returnValue === MOVE && select) {
      chosen(select.value === NO_PARENT ? null : select.value);
    }
    dialog.remove();
  });
  panel.append(dialog);
  dialog.showModal();
}

/**
 * @param {SceneTree} tree
 * @param {readonly string[]} ids
 */
function form(tree, ids) {
  const name = tree.objects[ids[0] ?? ""]?.name ?? "";
  const parents = Object.entries(tree.objects).filter(([id]) => tree.canMove(ids, id));
  const groups = parents.filter(([, { kind }]) => kind === "group");
  const others = parents.filter(([, { kind }]) => kind !== "group");
  return html`
    <form method="dialog" class="panel-form">
      <label for="outline-parent">${moveWords(name, ids.length)}</label>
      <select id="outline-parent" class="panel-field">
        ${tree.canMove(ids, null) ? html`<option value=${NO_PARENT}>${TOP_LEVEL}</option>` : ""}
        ${choices(GROUPS, groups)} ${choices(OTHER_OBJECTS, others)}
      </select>
      <div class="actions">
        <button class="button button-primary" type="submit" value=${MOVE}>${MOVE}</button>
        <button class="button" type="submit" value=${CANCEL}>${CANCEL}</button>
      </div>
    </form>
  `;
}

/**
 * @param {string} label
 * @param {[string, { name: string }][]} parents
 */
function choices(label, parents) {
  if (parents.length === 0) return "";
  return html`<optgroup label=${label}>
    ${parents.map(([id, { name }]) => html`<option value=${id}>${name}</option>`)}
  </optgroup>`;
}
