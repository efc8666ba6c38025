/** Values as texts in fields, and what a person writes there as values: no DOM. */

import { MIXED } from "./fields.js";

/** Millimeters, of lengths. */
const DECIMALS = 3;
const NUMBERS = /[\s,;]+/;

/**
 * @param {unknown} value
 * @returns {string} "" where there is none, or several
 */
export function numberText(value) {
  return typeof value === "number" ? String(Number(value.toFixed(DECIMALS))) : "";
}

/**
 * @param {string} text may end with a unit, and have a comma for the point
 * @returns {number | null} null where it is no number
 */
export function parsedNumber(text) {
  const plain = text
    .trim()
    .replace(",", ".")
    .replace(/\s*(m|°)$/, "");
  const number = Number(plain);
  return plain !== "" && Number.isFinite(number) ? number : null;
}

/**
 * @param {unknown} aim
 * @param {Readonly<Record<string, { name: string }>>} objects
 * @returns {string} the name of an object, or "x, y, z"
 */
export function aimText(aim, objects) {
  if (Array.isArray(aim)) {
    return aim.includes(MIXED) ? "" : aim.map(numberText).join(", ");
  }
  return typeof aim === "string" ? (objects[aim]?.name ?? aim) : "";
}

/**
 * @param {string} text
 * @returns {string | number[]} a point, or what names an object
 */
export function parsedAim(text) {
  const numbers = text.trim().split(NUMBERS).map(Number);
  return numbers.length === 3 && numbers.every(Number.isFinite) ? numbers : text.trim();
}

/** @param {unknown} tags */
export const tagsText = (tags) => (Array.isArray(tags) ? tags.join(", ") : "");

/** @param {string} text */
export const parsedTags = (text) =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");

/**
 * @param {number} value
 * @param {string} key of the keyboard
 * @param {{ step: number, min?: number | undefined, max?: number | undefined, isLarge: boolean }} by
 * @returns {number | null} null where the key does not step
 */
export function stepped(value, key, { step, min = -Infinity, max = Infinity, isLarge }) {
  const sign = key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0;
  if (sign === 0) return null;
  const next = value + sign * step * (isLarge ? 10 : 1);
  return Number(Math.min(Math.max(next, min), max).toFixed(DECIMALS));
}
