/** The people at a scene in words, and in colors. */

import { counted } from "./words.js";

/**
 * @import { Person } from "../net/messages.js"
 *
 * @typedef {{ fill: string, ink: string }} PersonColor and what is written on it
 */

/**
 * Okabe and Ito's colors, which people tell apart who do not see all colors. With more people than
 * these some are alike: the name is always beside it.
 *
 * @type {readonly PersonColor[]}
 */
export const COLORS = [
  { fill: "#e69f00", ink: "#14232a" },
  { fill: "#56b4e9", ink: "#14232a" },
  { fill: "#009e73", ink: "#000000" },
  { fill: "#f0e442", ink: "#14232a" },
  { fill: "#0072b2", ink: "#ffffff" },
  { fill: "#d55e00", ink: "#000000" },
  { fill: "#cc79a7", ink: "#14232a" },
];

/**
 * @param {Person} person
 * @returns {PersonColor}
 */
export const colorOf = ({ number }) =>
  /** @type {PersonColor} */ (COLORS[Math.max(0, number - 1) % COLORS.length]);

/** @param {Person} person */
export const nameOf = ({ name, number }) => name || `Guest ${number}`;

/**
 * @param {Person} person
 * @returns {string} at most two signs: "AL" for "Ada Lovelace", "2" for "Guest 2"
 */
export function initialsOf({ name, number }) {
  const words = name.match(/[\p{L}\p{N}]\p{M}*/gu) === null ? [] : name.split(/\s+/u);
  const first = words.map((word) => word.match(/[\p{L}\p{N}]\p{M}*/u)?.[0] ?? "").filter(Boolean);
  const shown = first.length > 2 ? [first[0], first.at(-1)] : first;
  return shown.join("").toLocaleUpperCase() || String(number);
}

/**
 * @param {number} people
 * @param {number} clients
 * @returns {string} such as "2 people and 1 AI client are here"
 */
export function hereWords(people, clients) {
  const one = people === 1 ? "1 person" : `${people} people`;
  const all = clients === 0 ? one : `${one} and ${counted(clients, "AI client")}`;
  return `${all} ${people + clients === 1 ? "is" : "are"} here`;
}

export const PEOPLE = {
  you: "You",
  ai: "AI",
  look: "Look from there",
  follow: "Follow",
  unfollow: "Stop following",
  following: (/** @type {string} */ name) => `You follow ${name}`,
  gone: (/** @type {string} */ name) => `${name} has left`,
  alone: "You look around by yourself again.",
  moreAi: (/** @type {number} */ count) => counted(count, "more AI client"),
};
