/**
 * Checks one model and makes it plain; a process does it for one file and ends.
 *
 *     node checker.mjs < FILE 3> PLAIN
 *
 * It prints a line of JSON: `{"facts": …}` of what it has written to file 3, or `{"refused": "why"}`.
 */

import { readFileSync, writeSync } from "node:fs";
import validator from "gltf-validator";
import { requirePlausible } from "./container.js";
import { madePlain } from "./plain.js";
import { RefusedError } from "./refusal.js";

const MAX_BYTES = 64 * 2 ** 20;
const MAX_REASON = 200;

/** @param {Buffer} file */
async function check(file) {
  const isBinary = requirePlausible(file);
  const bytes = new Uint8Array(file);
  const { issues } = await validator.validateBytes(bytes, { maxIssues: 100 });
  const error = issues.messages.find(({ severity }) => severity === 0);
  if (error) throw new RefusedError(`${error.message} (${error.pointer ?? "the whole file"})`);
  const { glb, facts } = await madePlain(bytes, isBinary);
  if (glb.byteLength > MAX_BYTES) {
    throw new RefusedError(`Unpacked it is larger than ${MAX_BYTES >> 20} MB.`);
  }
  for (let at = 0; at < glb.byteLength; ) at += writeSync(3, glb, at);
  return { facts };
}

/** @param {unknown} error */
function refusal(error) {
  const words = error instanceof Error ? error.message : String(error);
  return { refused: words.replaceAll(/\s+/g, " ").slice(0, MAX_REASON) };
}

const answer = await check(readFileSync(0)).catch(refusal);
writeSync(1, `${JSON.stringify(answer)}\n`);
process.exit(0);
