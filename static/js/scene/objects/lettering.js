/**
 * 3D text as lines of letters: what it needs of the font, and where each letter stands.
 *
 * The server reckons alike in sessions_app/scene/geometry/lettering.py; a test keeps them equal.
 */

/**
 * @typedef {object} Letters of the font, all in its units
 * @property {number} capital the height of a capital letter
 * @property {number} line the distance from line to line
 * @property {Record<string, number[]>} glyphs by letter its advance and, unless it is a blank, its
 *   left, bottom, right and top; "" stands for all that are missing
 * @property {Record<string, Record<string, string>>} kerning by the first letter of a pair and by how
 *   far the second one is moved, all second ones
 * @property {Record<string, string>} outlines by letter, as the path of an SVG
 *
 * @typedef {{ letter: string, x: number, y: number }} Placed a letter of the font, and its origin
 *
 * @typedef {object} Layout
 * @property {Placed[]} placed what is seen, with each line's middle at x = 0
 * @property {number} height of the box around it
 */

const MISSING = "";
/** What a text of blanks is drawn as: a letter that the font lacks. */
const NOTHING = "\ufffd";
/** They mark how others are written, and are not seen: soft hyphen, joiners, variation selectors. */
const UNSEEN = /\u00ad|[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|[\ufe00-\ufe0f]/g;

/** @type {Letters | null} */
let loaded = null;

/** @returns {Letters | null} null until they are loaded */
export const loadedLetters = () => loaded;

/**
 * They are a module of their own, loaded where a scene has a text.
 *
 * @throws {Error} where they cannot be loaded; the next call tries again
 */
export async function loadLetters() {
  const { LETTERS } = await import("#letters");
  loaded = LETTERS;
}

/**
 * @param {Letters} letters
 * @param {string} text
 * @returns {Layout}
 */
export function layOut(letters, text) {
  const lines = linesOf(letters, text);
  const seen = lines.length > 0 ? lines : linesOf(letters, NOTHING);
  const top = Math.max(...seen.map((line) => line.top));
  const bottom = Math.min(...seen.map((line) => line.bottom));
  return { placed: seen.flatMap(({ placed }) => placed), height: top - bottom };
}

/**
 * @param {Letters} letters
 * @param {string} text
 */
function linesOf(letters, text) {
  return text
    .normalize("NFC")
    .replace(UNSEEN, "")
    .replaceAll("\t", " ")
    .split(/\r\n?|\n/)
    .flatMap((line, i) => lineOf(letters, line, -i * letters.line) ?? []);
}

/**
 * @param {Letters} letters
 * @param {string} line
 * @param {number} y
 * @returns {{ placed: Placed[], bottom: number, top: number } | null} null where nothing is seen
 */
function lineOf(letters, line, y) {
  /** @type {(Placed & { box: number[] })[]} */
  const seen = [];
  let at = 0;
  let before = "";
  for (const letter of line) {
    const known = Object.hasOwn(letters.glyphs, letter) ? letter : MISSING;
    const [advance = 0, ...box] = letters.glyphs[known] ?? [];
    at += kerning(letters, before, letter);
    if (box.length > 0) seen.push({ letter: known, x: at, y, box });
    at += advance;
    before = letter;
  }
  if (seen.length === 0) return null;
  const left = Math.min(...seen.map(({ x, box: [start = 0] }) => x + start));
  const right = Math.max(...seen.map(({ x, box: [, , end = 0] }) => x + end));
  const middle = (left + right) / 2;
  return {
    placed: seen.map(({ letter, x }) => ({ letter, x: x - middle, y })),
    bottom: y + Math.min(...seen.map(({ box: [, lowest = 0] }) => lowest)),
    top: y + Math.max(...seen.map(({ box: [, , , highest = 0] }) => highest)),
  };
}

/**
 * @param {Letters} letters
 * @param {string} first
 * @param {string} second
 * @returns {number} how far the second one is moved along the line
 */
function kerning(letters, first, second) {
  const moved = letters.kerning[bare(first)];
  if (moved === undefined) return 0;
  const plain = bare(second);
  const found = Object.entries(moved).find(([, seconds]) => seconds.includes(plain));
  return Number(found?.[0] ?? 0);
}

/**
 * @param {string} letter
 * @returns {string} it without its accents
 */
const bare = (letter) => [...letter.normalize("NFD")][0] ?? "";
