/**
 * Builds what the browser loads: minified, each page's modules joined, with content hashes.
 *
 *     node tooling/page.mjs SOURCES BUILD [--packages node_modules] [--watch] [-- COMMAND…]
 *
 * writes BUILD/page/ (the files), BUILD/preloads.json (which chunks belong to which module),
 * BUILD/letters.js (of 3D text), BUILD/chat_view.html (one file with all that it needs),
 * BUILD/checker.mjs (which the server runs with Node.js) and BUILD/licenses.txt (of the packages
 * inside). With --watch it builds again whenever a source changes. COMMAND runs after each build.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { chatView } from "./chat_view.mjs";
import { FONT, lettersModule } from "./letters.mjs";

/** @import { BuildOptions, Metafile } from "esbuild" */

/** What templates load. Everything else gets into the page because one of these imports it. */
const ENTRIES = [
  "js/main.js",
  "js/camera.js",
  "js/mcp_page.js",
  "js/sign_in.js",
  "js/api_docs.js",
  "js/admin/named_icons.js",
  "js/admin/session_page.js",
  "js/staff/overview.js",
  "css/page.css",
  "css/admin.css",
  "css/admin_pages.css",
  "css/admin_overview.css",
  "css/admin_session.css",
  "img/bust.webp",
  "img/card.jpg",
  "img/hello3d.svg",
  "img/icon.png",
  "img/start/island-0.webp",
  "img/start/island-1.webp",
  "img/start/island-2.webp",
  "img/start/island-3.webp",
  "img/start/island-4.webp",
  "img/start/studio.webp",
  "img/start/empty.webp",
  "img/start/room.webp",
  "img/start/outdoor.webp",
];
/** Checks imported models, in one file for Node.js. */
const CHECKER = "js/checker/main.js";
const NO_PIXELS = "js/checker/no_pixels.js";
const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LOOK_EVERY_MS = 250;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    packages: { type: "string", default: "node_modules" },
    watch: { type: "boolean", default: false },
  },
});
const [sources = "static", build = "build", ...command] = positionals;
const page = join(build, "page");
/** @type {typeof import("esbuild")} */
const esbuild = createRequire(import.meta.url)(resolve(options.packages, "esbuild"));

/** @type {BuildOptions} */
const SHARED = {
  outdir: page,
  outbase: sources,
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: "es2024",
  loader: { ".webp": "copy", ".svg": "copy", ".jpg": "copy", ".png": "copy" },
  sourcemap: options.watch ? "inline" : false,
  nodePaths: [options.packages],
  logLevel: "warning",
};
/** Nothing is written before all is built: a page that was good stays until the next good one. */
const RETURNED = /** @type {const} */ ({ metafile: true, write: false });

/** @throws {Error} where a source cannot be built; esbuild has said why */
async function buildPage() {
  // Each by itself: built together, whatever two pages share would become a chunk of its own.
  const built = await Promise.all(
    ENTRIES.map(async (entry) => {
      const entryPoints = [join(sources, entry)];
      return { entry, ...(await esbuild.build({ ...SHARED, entryPoints, ...RETURNED })) };
    }),
  );
  const view = await chatView({ esbuild, sources, shared: SHARED });
  const checker = await buildChecker();
  rmSync(page, { recursive: true, force: true });
  for (const { path, contents } of built.flatMap(({ outputFiles }) => outputFiles)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  const modules = built.filter(({ entry }) => entry.endsWith(".js"));
  const preloads = modules.map(({ entry, metafile }) => [entry, chunksOf(metafile)]);
  writeFileSync(join(build, "chat_view.html"), view);
  writeFileSync(join(build, "preloads.json"), JSON.stringify(Object.fromEntries(preloads)));
  writeFileSync(
    join(build, "licenses.txt"),
    licenses([...built, checker].map(({ metafile }) => metafile)),
  );
  const [program, ...parameters] = command;
  if (program && spawnSync(program, parameters, { stdio: "inherit" }).status !== 0) {
    throw new Error(`${command.join(" ")} failed.`);
  }
}

async function buildChecker() {
  const built = await esbuild.build({
    entryPoints: [join(sources, CHECKER)],
    outfile: join(build, "checker.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    // Packages of the older kind ask for what modules of Node.js lack.
    banner: {
      js: [
        'import { createRequire } from "node:module";',
        "const require = createRequire(import.meta.url);",
        "const __filename = import.meta.filename, __dirname = import.meta.dirname;",
      ].join("\n"),
    },
    alias: { "ndarray-pixels": resolve(sources, NO_PIXELS) },
    loader: { ".wasm": "binary" },
    nodePaths: [options.packages],
    logLevel: "warning",
    ...RETURNED,
  });
  for (const { path, contents } of built.outputFiles) writeFileSync(path, contents);
  return built;
}

/**
 * @param {Metafile} metafile
 * @returns {Record<string, string[]>} by module, the chunks to load for it, its own among them
 */
function chunksOf({ outputs }) {
  /** @type {(output: string) => string[]} */
  const needs = (output) => [
    output,
    ...(outputs[output]?.imports ?? [])
      .filter(({ kind }) => kind === "import-statement")
      .flatMap(({ path }) => needs(path)),
  ];
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([output, { entryPoint }]) => {
      if (entryPoint === undefined) return [];
      const chunks = new Set(needs(output).map((path) => relative(page, path)));
      return [[relative(sources, entryPoint), [...chunks].filter(isChunk)]];
    }),
  );
}

/** @param {string} path of an output */
const isChunk = (path) => path.startsWith("chunks/");

/** @param {Metafile[]} metafiles */
function licenses(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const packages = new Set(inputs.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []));
  const files = new Map([...packages].map((name) => [name, licenseFile(name)])).set(
    FONT.name,
    FONT.license,
  );
  const read = (/** @type {[string, string]} */ [name, file]) =>
    `${name}\n\n${readFileSync(join(options.packages, name, file), "utf8")}`;
  return [...files].sort().map(read).join("\n\n");
}

/**
 * @param {string} name of a package
 * @returns {string} the file with its license; some have only the word for it
 */
const licenseFile = (name) =>
  readdirSync(join(options.packages, name)).find((file) => /^licen[cs]e(\.\w+)?$/i.test(file)) ??
  "package.json";

/** What the sources are by name and time: fs.watch() misses changes on some file systems. */
const state = () =>
  readdirSync(sources, { recursive: true, encoding: "utf8" })
    .map((name) => `${name} ${statSync(join(sources, name), { throwIfNoEntry: false })?.mtimeMs}`)
    .join("\n");

mkdirSync(build, { recursive: true });
writeFileSync(join(build, "letters.js"), lettersModule(options.packages));
let seen = state();
await buildPage();
while (options.watch) {
  await setTimeout(LOOK_EVERY_MS);
  const now = state();
  if (now === seen) continue;
  seen = now;
  await buildPage().catch(() => {}); // what is wrong was printed; mend it and save
}
