/** Pairing codes as people type them, as `read_code` of the server has it. */

const ALPHABET = /^[2-9A-HJKMNP-Z]{6}$/;
const SEPARATORS = /[\s\u2010-\u2015-]+/gu;
const LONGEST = 40;
/** Six letters and digits: a code, or one with a sign that none has. */
const LIKE_A_CODE = /^[0-9A-Z]{6}$/;

/**
 * @param {string} text
 * @returns {string | null} null where the text is no code
 */
export function codeIn(text) {
  const code = plain(text);
  return ALPHABET.test(code) ? code : null;
}

/**
 * @param {string} text
 * @returns {boolean} whether it would be a code, but for signs that none has
 */
export function isAlmostACode(text) {
  const code = plain(text);
  return LIKE_A_CODE.test(code) && !ALPHABET.test(code);
}

/** @param {string} text */
const plain = (text) =>
  text.length > LONGEST ? "" : text.replace(SEPARATORS, "").replace(/[a-z]/g, upper);

/** @param {string} letter */
const upper = (letter) => letter.toUpperCase();
