/** Builds the scene's view for chats: one HTML file with its styles, its script and the letters. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";

/**
 * @import { BuildOptions } from "esbuild"
 *
 * @typedef {object} ViewOptions
 * @property {typeof import("esbuild")} esbuild
 * @property {string} sources
 * @property {BuildOptions} shared what all builds have in common
 */

/**
 * What is loaded later elsewhere is inside from the start: a chat lets its views load nothing. The
 * script is compressed, to a third, and browsers unpack it without asking anybody.
 *
 * @param {ViewOptions} options
 * @returns {Promise<string>}
 */
export async function chatView({ esbuild, sources, shared }) {
  const built = async (/** @type {string} */ entry) => {
    const { outputFiles } = await esbuild.build({
      ...shared,
      entryPoints: [join(sources, entry)],
      splitting: false,
      sourcemap: false,
      write: false,
    });
    return outputFiles?.[0]?.text.trim() ?? "";
  };
  const [script, style] = await Promise.all([built("js/chat_view.js"), built("css/chat_view.css")]);
  const packed = deflateRawSync(script, { level: 9 }).toString("base64");
  const html = readFileSync(join(sources, "chat_view.html"), "utf8");
  // By a function: a style may have a "$" in it.
  return html.replace("/* style */", () => style).replace("PACKED_SCRIPT", packed);
}
