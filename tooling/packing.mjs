/** Values in compressed form inside a script, which browsers unpack without asking anybody. */

import { deflateRawSync } from "node:zlib";

/**
 * @param {string} name
 * @param {unknown} value that JSON can hold
 * @returns {string} a module that exports the value by this name
 */
export function packedModule(name, value) {
  const data = deflateRawSync(JSON.stringify(value), { level: 9 }).toString("base64");
  return `const bytes = Uint8Array.from(atob("${data}"), (sign) => sign.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
export const ${name} = JSON.parse(await new Response(stream).text());
`;
}
