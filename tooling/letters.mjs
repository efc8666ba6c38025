/**
 * The letters of 3D text, read from the font: what they measure, and their outlines.
 *
 *     node tooling/letters.mjs
 *
 * prints the table by which server and page lay text out, as `make letters` writes it into
 * sessions_app/scene/geometry/letters.json. The page's build adds the outlines of what is in it.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/** @import { Font, Glyph } from "fontkit" */

/** The package of the font, and where its license is. */
export const FONT = { name: "@expo-google-fonts/fira-sans", license: "LICENSE_FONT" };
const FILE = "700Bold/FiraSans_700Bold.ttf";
export const TABLE = "sessions_app/scene/geometry/letters.json";

/** Code points: Latin, Greek and Cyrillic with their accents, and signs. */
const RANGES = /** @type {const} */ ([
  [0x20, 0x24f],
  [0x370, 0x3ff],
  [0x400, 0x52f],
  [0x1e00, 0x1eff],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x27ff],
]);
/** What is kerned; a letter with an accent is kerned as the one without. */
const KERNED = /[!-~«»ÆæØøŁłĐđŒœßÞþΑ-Ωα-ωЀ-џҐґ–—‘’“”„…]/u;
/** Kerning below this is not seen, in units of the font. */
const LEAST_KERNING = 10;
/** The outline for all that the font lacks: a frame as high as a capital letter. */
const MISSING = {
  width: 520,
  /** @param {number} capital */
  outline: (capital) =>
    `M50 0L50 ${capital}L470 ${capital}L470 0ZM130 80L390 80L390 ${capital - 80}L130 ${capital - 80}Z`,
  /** @param {number} capital */
  box: (capital) => [50, 0, 470, capital],
};

/**
 * @param {string} packages the folder of npm packages
 * @returns {Font}
 */
function openFont(packages) {
  /** @type {typeof import("fontkit")} */
  const fontkit = createRequire(import.meta.url)(resolve(packages, "fontkit"));
  return /** @type {Font} */ (fontkit.openSync(join(packages, FONT.name, FILE)));
}

/**
 * @param {string} packages
 * @returns {string} JSON: the height of a capital letter, the distance from line to line, for each
 *   letter its advance and its box (left, bottom, right, top), and the kerning of pairs; all in
 *   units of the font. The letter "" stands for all that are missing.
 */
function table(packages) {
  const font = openFont(packages);
  const letters = RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  )
    .filter((codePoint) => font.hasGlyphForCodePoint(codePoint))
    .map((codePoint) => String.fromCodePoint(codePoint))
    .filter((letter) => !/\p{C}|\p{M}/u.test(letter));
  const { capHeight: capital } = font;
  const glyphs = Object.fromEntries([
    ["", [MISSING.width, ...MISSING.box(capital)]],
    ...letters.map((letter) => [letter, measures(glyphOf(font, letter))]),
  ]);
  const line = font.ascent - font.descent + font.lineGap;
  const kerning = kerningOf(font, letters.filter(isKerned));
  const lines = { glyphs: linesOf(glyphs), kerning: linesOf(kerning) };
  return `{\n"capital": ${capital},\n"line": ${line},\n"glyphs": ${lines.glyphs},\n"kerning": ${lines.kerning}\n}\n`;
}

/**
 * @param {object} members
 * @returns {string} JSON with a line for each member, so that a change of the font can be read
 */
function linesOf(members) {
  const lines = Object.entries(members).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(",\n")}\n}`;
}

/** @param {Glyph} glyph */
function measures({ advanceWidth, path }) {
  if (path.commands.length === 0) return [advanceWidth];
  const { minX, minY, maxX, maxY } = path.bbox;
  return [advanceWidth, minX, minY, maxX, maxY];
}

/** @param {string} letter */
const isKerned = (letter) => KERNED.test(letter) && letter.normalize("NFD") === letter;

/**
 * @param {Font} font
 * @param {string[]} letters
 * @returns {Record<string, Record<string, string>>} by the first letter and the units that the
 *   second one is moved by, all second ones
 */
function kerningOf(font, letters) {
  /** @type {Record<string, Record<string, string>>} */
  const kerning = {};
  for (const first of letters) {
    const { advanceWidth } = glyphOf(font, first);
    /** @type {Record<string, string>} */
    const seconds = {};
    for (const second of letters) {
      const moved = (kernedAdvance(font, first + second) ?? advanceWidth) - advanceWidth;
      if (Math.abs(moved) >= LEAST_KERNING) seconds[moved] = (seconds[moved] ?? "") + second;
    }
    if (Object.keys(seconds).length > 0) kerning[first] = seconds;
  }
  return kerning;
}

/** A ligature such as fi is one glyph, whose width says nothing of two letters. */
const APART = { kern: true, liga: false, clig: false };

/**
 * @param {Font} font
 * @param {string} pair
 */
const kernedAdvance = (font, pair) => font.layout(pair, APART).positions[0]?.xAdvance;

/**
 * @param {Font} font
 * @param {string} letter
 */
const glyphOf = (font, letter) =>
  font.glyphForCodePoint(/** @type {number} */ (letter.codePointAt(0)));

/**
 * @param {string} packages
 * @returns {string} a module: the table, and the outline of each letter as the path of an SVG
 */
export function lettersModule(packages) {
  const font = openFont(packages);
  const measured = JSON.parse(readFileSync(TABLE, "utf8"));
  const outlines = Object.fromEntries(
    Object.keys(measured.glyphs).map((letter) => [
      letter,
      letter === "" ? MISSING.outline(measured.capital) : glyphOf(font, letter).path.toSVG(),
    ]),
  );
  const json = JSON.stringify(JSON.stringify({ ...measured, outlines }));
  return `/** @type {any} */\nexport const LETTERS = JSON.parse(${json});\n`;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(table("node_modules"));
