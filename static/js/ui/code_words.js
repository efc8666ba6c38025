/** What the page says about pairing codes. */

/**
 * @param {number} seconds for which it is valid
 * @returns {string}
 */
export function lifeWords(seconds) {
  const minutes = Math.ceil(seconds / 60);
  return `It works once, for ${minutes} more minute${minutes === 1 ? "" : "s"}.`;
}

export const CODE_OVER = "The code has expired.";

export const NOT_A_SCENE = "Paste a scene’s link or id, or type a code of six letters and digits.";

export const NOT_OF_THE_SIGNS = "A code has none of 0, O, 1, I and L. Check it, sign by sign.";

export const SERVER_AWAY = "The server does not answer. This page goes on trying by itself.";

/**
 * @param {string} code
 * @returns {string} what the person says to their AI
 */
export const saidToAi = (code) => `Show your Hello3D scene at my page, with the code ${code}.`;

/**
 * @param {string} client
 * @returns {string}
 */
export const askedWords = (client) => `${client} wants to show you its scene here. Join?`;
