/** Texts of charts: how wide they are, what is cut off, and which of many are left out. */

/** @import { Lettering } from "../objects/late_parts.js" */

const ELLIPSIS = "\u2026";
/** How much of its room a text may take, so that it is apart from the next one at an angle, too. */
const ROOM = 0.86;
/** Texts are turned by this where they do not fit beside each other. */
export const TURNED_DEGREES = 40;
/** More of them are thinned out instead. */
const MOST_TURNED = 26;
const DATE = /^\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?|^\d{1,2}:\d\d|^[\d.,\s]+$/;

export class Ruler {
  #lettering;

  /** @param {Lettering} lettering */
  constructor(lettering) {
    this.#lettering = lettering;
  }

  /**
   * @param {string} text of one line
   * @param {number} capital how high a capital letter is
   * @returns {number}
   */
  width(text, capital) {
    const { letters, layOut } = this.#lettering;
    const { capital: units, glyphs } = letters;
    let [left, right] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { letter, x } of layOut(letters, text).placed) {
      const [, start = 0, , end = 0] = glyphs[letter] ?? [];
      left = Math.min(left, x + start);
      right = Math.max(right, x + end);
    }
    return (Math.max(right - left, 0) * capital) / units;
  }

  /**
   * @param {string} text
   * @param {number} capital
   * @param {number} most
   * @returns {string[]} in two lines where it is too wide for one, and cut where that is not enough
   */
  lines(text, capital, most) {
    const words = text.trim().split(/\s+/);
    let count = words.length;
    while (count > 1 && this.width(words.slice(0, count).join(" "), capital) > most) count--;
    const parts = [words.slice(0, count), words.slice(count)].map((part) => part.join(" "));
    return parts.filter((part) => part !== "").map((part) => this.cut(part, capital, most));
  }

  /**
   * @param {string} text
   * @param {number} capital
   * @param {number} most
   * @returns {string} as much of it as is no wider
   */
  cut(text, capital, most) {
    const line = text.replace(/\s+/g, " ").trim();
    if (line === "" || this.width(line, capital) <= most) return line;
    const letters = [...line];
    let [fits, tooLong] = [0, letters.length];
    while (tooLong - fits > 1) {
      const half = (fits + tooLong) >> 1;
      const shorter = `${letters.slice(0, half).join("").trimEnd()}${ELLIPSIS}`;
      if (this.width(shorter, capital) <= most) fits = half;
      else tooLong = half;
    }
    return `${letters.slice(0, fits).join("").trimEnd()}${ELLIPSIS}`;
  }
}

/**
 * @typedef {object} AxisTexts
 * @property {{ at: number, text: string }[]} shown by index
 * @property {boolean} isTurned
 * @property {number} height that they take below the axis
 */

/**
 * @param {Ruler} ruler
 * @param {readonly string[]} texts side by side
 * @param {{ capital: number, slot: number, deepest: number, left: (at: number) => number }} room of
 *   each, how far turned ones may reach down, and what is at the left of each
 * @returns {AxisTexts}
 */
export function axisTexts(ruler, texts, { capital, slot, deepest, left }) {
  const lines = texts.map((text) => text.replace(/\s+/g, " ").trim());
  const widths = lines.map((text) => ruler.width(text, capital));
  const widest = Math.max(...widths, 0);
  const all = lines.map((text, at) => ({ at, text })).filter(({ text }) => text !== "");
  if (widest <= slot * ROOM) return { shown: all, isTurned: false, height: capital };
  const isNumbered = lines.every((text) => text === "" || DATE.test(text));
  const canTurn = texts.length <= MOST_TURNED && slot > capital * 1.7;
  if (canTurn && !isNumbered) {
    // A word or two more that are cut read better than all of them turned.
    const most = slot * ROOM;
    if (widest <= most * 1.35 && most > capital * 5) {
      const shown = all.map(({ at, text }) => ({ at, text: ruler.cut(text, capital, most) }));
      return { shown, isTurned: false, height: capital };
    }
    const angle = (TURNED_DEGREES * Math.PI) / 180;
    const longest = (deepest - capital) / Math.sin(angle);
    const shown = all.map(({ at, text }) => {
      const most = Math.min(longest, (left(at) - capital) / Math.cos(angle));
      return { at, text: ruler.cut(text, capital, most) };
    });
    const drop = Math.min(widest, longest) * Math.sin(angle) + capital * Math.cos(angle);
    return { shown, isTurned: true, height: drop };
  }
  const longest = Math.min(widest, Math.max(capital * 9, slot * ROOM));
  const every = everyOf(lines, Math.ceil(longest / (slot * ROOM)));
  const shown = all
    .filter(({ at }) => at % every === 0)
    .map(({ at, text }) => ({ at, text: ruler.cut(text, capital, longest) }));
  return { shown, isTurned: false, height: capital };
}

/**
 * @param {readonly string[]} texts
 * @param {number} least
 * @returns {number} a round number of them to go on by, so that what is left out is easily told
 */
function everyOf(texts, least) {
  const isMonths = texts.every((text) => /^\d{4}-\d\d$/.test(text));
  const steps = isMonths ? [1, 2, 3, 6, 12, 24, 60, 120] : [1, 2, 5, 10, 20, 25, 50, 100, 200];
  return steps.find((step) => step >= least) ?? least;
}
