/**
 * Reads the outer shape of a model file and bounds what it claims, before any library looks at it.
 * A library may end its whole process, or reserve what a file only claims to have.
 */

import { RefusedError } from "./refusal.js";

const MAGIC = 0x46546c67;
const JSON_CHUNK = 0x4e4f534a;
const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
const MAX_JSON_BYTES = 8 * 2 ** 20;
const MAX_DEPTH = 32;
/** How many of each a document may have. */
const MOST = /** @type {const} */ ({
  accessors: 20_000,
  animations: 200,
  bufferViews: 20_000,
  buffers: 64,
  cameras: 1000,
  images: 256,
  materials: 2000,
  meshes: 5000,
  nodes: 10_000,
  samplers: 1000,
  scenes: 64,
  skins: 200,
  textures: 512,
});
/** Of all accessors, and of all that is to be unpacked. */
const MAX_DATA_BYTES = 192 * 2 ** 20;
const MAX_ELEMENTS = 8_000_000;
const COMPONENTS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
const BYTES = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };

/** @typedef {Record<string, any>} Json */

/**
 * @param {Buffer} file
 * @returns {boolean} whether it is a GLB; else it is JSON
 * @throws {RefusedError} it is neither, or claims more than it may
 */
export function requirePlausible(file) {
  const isBinary = file.length >= HEADER_BYTES && file.readUInt32LE(0) === MAGIC;
  requireBounded(parsed(isBinary ? jsonOf(file) : file));
  return isBinary;
}

/** @param {Buffer} file */
function jsonOf(file) {
  if (file.readUInt32LE(4) !== 2) throw new RefusedError("It is not glTF 2.0.");
  const length = file.readUInt32LE(8);
  if (length !== file.length) {
    throw new RefusedError(`It says that it has ${length} bytes, and has ${file.length}.`);
  }
  /** @type {Buffer | undefined} */
  let json;
  for (let at = HEADER_BYTES; at < length; ) {
    const size = at + CHUNK_HEADER_BYTES <= length ? file.readUInt32LE(at) : Infinity;
    const end = at + CHUNK_HEADER_BYTES + size;
    if (end > length) throw new RefusedError("It is cut off within a chunk.");
    if (at === HEADER_BYTES && file.readUInt32LE(at + 4) === JSON_CHUNK) {
      json = file.subarray(at + CHUNK_HEADER_BYTES, end);
    }
    at = end;
  }
  if (json === undefined) throw new RefusedError("Its first chunk is not JSON.");
  return json;
}

/**
 * @param {Buffer} text
 * @returns {Json}
 */
function parsed(text) {
  // A JSON file holds its data in itself, as base64.
  const start = text.subarray(0, 64).toString("latin1").trimStart();
  if (!start.startsWith("{")) {
    throw new RefusedError("It is neither a GLB nor a glTF file: export it as GLB.");
  }
  requireShallow(text);
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    throw new RefusedError("Its JSON cannot be read.");
  }
}

/**
 * Nested too deep, JSON ends the process of whoever reads it; and its size is in memory many times.
 * The texts in it may be long: they hold data.
 *
 * @param {Buffer} text
 */
function requireShallow(text) {
  let depth = 0;
  let outside = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? 0;
    if (sign === QUOTE) at = endOfText(text, at);
    outside++;
    depth += DEEPER.get(sign) ?? 0;
    if (depth > MAX_DEPTH) throw new RefusedError("Its JSON is nested too deep.");
  }
  if (outside > MAX_JSON_BYTES) throw new RefusedError("Its JSON is too large.");
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What brackets and braces do. */
const DEEPER = new Map([..."[{"].map((sign) => [sign.charCodeAt(0), 1]));
for (const sign of "]}") DEEPER.set(sign.charCodeAt(0), -1);

/**
 * @param {Buffer} text
 * @param {number} start of a text in it
 * @returns {number} where that ends
 */
function endOfText(text, start) {
  let at = start + 1;
  while (at < text.length && text[at] !== QUOTE) at += text[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** @param {Json} document */
function requireBounded(document) {
  for (const [name, most] of Object.entries(MOST)) {
    const found = document[name];
    if (found === undefined) continue;
    if (!Array.isArray(found)) throw new RefusedError(`Its ${name} are not a list.`);
    if (found.length > most) {
      throw new RefusedError(`It has ${found.length} ${name}; at most ${most} are accepted.`);
    }
    if (!found.every((each) => typeof each === "object" && each !== null)) {
      throw new RefusedError(`One of its ${name} is not an object.`);
    }
  }
  requireContained(document);
  requireDataBounded(document);
}

/** @param {Json} document */
function requireContained({ buffers = [], images = [] }) {
  for (const { uri } of [...buffers, ...images]) {
    if (uri === undefined || (typeof uri === "string" && uri.startsWith("data:"))) continue;
    throw new RefusedError(
      `It refers to another file, ${JSON.stringify(uri).slice(0, 80)}, which is not loaded: export` +
        " it as one GLB.",
    );
  }
}

/** @param {Json} document */
function requireDataBounded({ accessors = [], bufferViews = [] }) {
  let bytes = 0;
  for (const { count, type, componentType, sparse } of accessors) {
    const width =
      COMPONENTS[/** @type {keyof typeof COMPONENTS} */ (type)] *
      BYTES[/** @type {keyof typeof BYTES} */ (componentType)];
    if (!Number.isInteger(count) || count < 0 || count > MAX_ELEMENTS || !(width > 0)) {
      throw new RefusedError(`One of its accessors has ${JSON.stringify(count)} elements.`);
    }
    bytes += count * width * (sparse ? 2 : 1);
  }
  for (const { extensions } of bufferViews) {
    for (const name of ["EXT_meshopt_compression", "KHR_meshopt_compression"]) {
      const packed = extensions?.[name];
      if (packed) bytes += Math.abs(Number(packed.count) * Number(packed.byteStride));
    }
  }
  if (!(bytes <= MAX_DATA_BYTES)) {
    throw new RefusedError(
      `Unpacked it has ${Math.round(bytes / 2 ** 20)} MB of data; at most ${MAX_DATA_BYTES >> 20}` +
        " MB are accepted.",
    );
  }
}
