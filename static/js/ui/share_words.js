/** What the panel “Share” says. */

/** @import { Share } from "../net/messages.js" */

export const SHARE = {
  copy: "Copy link",
  rename: "Rename",
  revoke: "Revoke",
  newName: "New name of the link",
  /** @param {string} role */
  means: (role) =>
    role === "editor"
      ? "They see the scene live and change it by hand. They cannot steer it from an AI, close it or share it."
      : "They see the scene live, as it changes. They cannot change it, nor steer it from an AI.",
  /** @param {string} role */
  once: (role) =>
    `The link is shown this once. Whoever has it can ${role === "editor" ? "edit the scene" : "look on"} until you revoke it.`,
};

const ROLES = /** @type {Record<string, string>} */ ({ editor: "May edit", viewer: "May look" });
/** @type {readonly { unit: Intl.RelativeTimeFormatUnit, seconds: number }[]} the largest first */
const UNITS = [
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3600 },
  { unit: "minute", seconds: 60 },
];
const FORMAT = new Intl.RelativeTimeFormat("en", { style: "short" });

/** @param {Share} share */
export function shareWords({ role, name }) {
  const may = ROLES[role] ?? role;
  return name === "" ? may : `${name} · ${may}`;
}

/**
 * @param {Share} share
 * @param {number} nowSeconds since 1970
 * @returns {string} such as "Used 5 min. ago · Ends in 2 days"
 */
export function usedWords({ usedAt, expiresAt }, nowSeconds) {
  const fromNow = (/** @type {string} */ at) => Date.parse(at) / 1000 - nowSeconds;
  const used = usedAt === null ? "Not used yet" : `Used ${spanWords(fromNow(usedAt))}`;
  if (expiresAt === null) return used;
  const left = fromNow(expiresAt);
  return `${used} · ${left <= 0 ? "Ended" : `Ends ${spanWords(left)}`}`;
}

/** @param {number} seconds from now; negative: ago */
function spanWords(seconds) {
  const found = UNITS.find((each) => Math.abs(seconds) >= each.seconds);
  if (found) return FORMAT.format(Math.round(seconds / found.seconds), found.unit);
  return seconds > 0 ? "in a minute" : "just now";
}
