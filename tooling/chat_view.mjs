/** Builds the scene's view for chats: one HTML file with its styles, its script and the letters. */

import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packedLettersModule } from "./letters.mjs";
import { packedModule } from "./packing.mjs";

/**
 * @import { BuildOptions, Plugin } from "esbuild"
 *
 * @typedef {object} ViewOptions
 * @property {typeof import("esbuild")} esbuild
 * @property {string} sources
 * @property {string} packages the folder of npm packages
 * @property {BuildOptions} shared what all builds have in common
 */

const LETTERS = "#letters";
const SHADERS = "#shaders";
/** In three.js: programs for graphics cards, a seventh of the file, and a quarter of that packed. */
const SHADER = /^(?:const|var) (\w+) = (".{200,}");$/gm;

/**
 * What is loaded later elsewhere is inside from the start: a chat lets its views load nothing.
 *
 * @param {ViewOptions} options
 * @returns {Promise<string>}
 */
export async function chatView({ esbuild, sources, packages, shared }) {
  const built = async (/** @type {string} */ entry) => {
    const { outputFiles } = await esbuild.build({
      ...shared,
      entryPoints: [join(sources, entry)],
      splitting: false,
      sourcemap: false,
      plugins: [packedLetters(packages), packedShaders],
      write: false,
    });
    return outputFiles?.[0]?.text.trim() ?? "";
  };
  const [script, style] = await Promise.all([built("js/chat_view.js"), built("css/chat_view.css")]);
  const html = readFileSync(join(sources, "chat_view.html"), "utf8");
  // By functions: a script may have a "$" in it.
  return html.replace("/* style */", () => style).replace("/* script */", () => script);
}

/**
 * @param {string} packages
 * @returns {Plugin}
 */
function packedLetters(packages) {
  return {
    name: "packed letters",
    setup(build) {
      build.onResolve({ filter: /^#letters$/ }, () => ({ path: LETTERS, namespace: LETTERS }));
      build.onLoad({ filter: /./, namespace: LETTERS }, () => ({
        contents: packedLettersModule(packages),
      }));
    },
  };
}

/** @type {Plugin} */
const packedShaders = {
  name: "packed shaders",
  setup(build) {
    /** @type {Record<string, string>} */
    const shaders = {};
    build.onLoad({ filter: /three\.module\.js$/ }, ({ path }) => {
      const contents = readFileSync(path, "utf8").replaceAll(SHADER, (_, name, text) => {
        shaders[name] = JSON.parse(text);
        return `const ${name} = SHADERS.${name};`;
      });
      const imports = `import { SHADERS } from "${SHADERS}";\n`;
      return { contents: imports + contents, resolveDir: dirname(path) };
    });
    build.onResolve({ filter: /^#shaders$/ }, () => ({ path: SHADERS, namespace: SHADERS }));
    // Loaded once three.js, which imports it, has been read.
    build.onLoad({ filter: /./, namespace: SHADERS }, () => ({
      contents: packedModule("SHADERS", shaders),
    }));
  },
};
