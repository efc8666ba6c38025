/** Whether a document is what its schema says: the whole of it, or what a patch has touched. */

/**
 * @typedef {string | { [name: string]: Place }} Place the kind of the entity there, or a map of
 *   places; "*" is that of every name that has none of its own
 *
 * @typedef {object} Schema
 * @property {number} version
 * @property {Record<string, Record<string, string>>} kinds by kind, the type of each member
 * @property {{ [name: string]: Place }} places
 */

/** The place of all names that have none of their own. */
const ANY = "*";
const AN_OBJECT = "an object";

/** What is wrong, and where: written out only once it is, since nearly nothing is. */
class Fault {
  #value;
  #accepted;
  #names;

  /**
   * @param {unknown} value
   * @param {string} accepted
   * @param {string[]} [names] that lead to it
   */
  constructor(value, accepted, names = []) {
    this.#value = value;
    this.#accepted = accepted;
    this.#names = names;
  }

  /** @param {readonly string[]} names of what it was found in */
  below(...names) {
    return new Fault(this.#value, this.#accepted, [...names, ...this.#names]);
  }

  error() {
    const where = ["scene", ...this.#names].join(".");
    return new Error(`${where} is ${JSON.stringify(this.#value)}; it must be ${this.#accepted}.`);
  }
}

class Value {
  #accepts;
  #test;

  /**
   * @param {string} accepts
   * @param {(value: unknown) => boolean} test
   */
  constructor(accepts, test) {
    this.#accepts = accepts;
    this.#test = test;
  }

  /** @param {unknown} value */
  fault(value) {
    return this.#test(value) ? null : new Fault(value, this.#accepts);
  }
}

class Entity {
  #members;

  /** @param {[string, Value][]} members */
  constructor(members) {
    this.#members = members;
  }

  /**
   * @param {unknown} value
   * @returns {Fault | null}
   */
  fault(value) {
    if (!isObject(value)) return new Fault(value, AN_OBJECT);
    for (const [key, member] of this.#members) {
      const fault = member.fault(value[key]);
      if (fault) return fault.below(key);
    }
    return null;
  }
}

class Places {
  #named;
  #any;

  /** @param {Map<string, Value | Entity | Places>} places by name; `ANY` for all other names */
  constructor(places) {
    this.#named = new Map(places);
    this.#any = places.get(ANY);
    this.#named.delete(ANY);
  }

  /** @param {string} name whether it must be there */
  has(name) {
    return this.#named.has(name);
  }

  /** @param {string} name */
  at(name) {
    return this.#named.get(name) ?? this.#any;
  }

  /**
   * @param {unknown} value
   * @returns {Fault | null}
   */
  fault(value) {
    if (!isObject(value)) return new Fault(value, AN_OBJECT);
    const others = this.#any ? Object.keys(value).filter((name) => !this.has(name)) : [];
    for (const name of [...this.#named.keys(), ...others]) {
      const fault = this.at(name)?.fault(value[name]);
      if (fault) return fault.below(name);
    }
    return null;
  }
}

/** @type {(value: unknown) => boolean} */
const isNumber = (value) => Number.isFinite(value);

/** @param {number} length */
const numbers = (length) =>
  new Value(
    `${length} finite numbers`,
    (value) => Array.isArray(value) && value.length === length && value.every(isNumber),
  );

/** @type {Record<string, Value>} */
const TYPES = {
  color: new Value(
    "a color such as #008688",
    (value) => typeof value === "string" && /^#[0-9a-f]{6}$/.test(value),
  ),
  number: new Value("a finite number", isNumber),
  "number[2]": numbers(2),
  "number[3]": numbers(3),
};

export class DocumentCheck {
  #places;

  /** @param {Schema} schema */
  constructor({ version, kinds, places }) {
    const known = new Map(Object.entries(kinds).map(([kind, types]) => [kind, entity(types)]));
    /** @param {{ [name: string]: Place }} inner */
    const placesIn = (inner) =>
      new Map(Object.entries(inner).map(([name, place]) => [name, shapeOf(place)]));
    /** @type {(place: Place) => Entity | Places} */
    const shapeOf = (place) =>
      typeof place === "string"
        ? (known.get(place) ?? unknown(place))
        : new Places(placesIn(place));
    const isVersion = new Value(String(version), (value) => value === version);
    /** @type {Map<string, Value | Entity | Places>} */
    const top = new Map([["version", isVersion]]);
    for (const [name, shape] of placesIn(places)) top.set(name, shape);
    this.#places = new Places(top);
  }

  /**
   * Members that the schema does not name are let through: a newer server may add some.
   *
   * @param {unknown} document
   * @throws {Error} naming the first member that is missing or not as it must be
   */
  requireWhole(document) {
    const fault = this.#places.fault(document);
    if (fault) throw fault.error();
  }

  /**
   * Each entity once, however many of the paths lead into it.
   *
   * @param {unknown} document one that was right before
   * @param {readonly string[][]} paths of all that has changed in it
   * @throws {Error} as `requireWhole`
   */
  requireTouched(document, paths) {
    const seen = new Map();
    for (const path of paths) {
      const touched = this.#touchedBy(document, path);
      if (touched === null || seen.get(touched.value) === touched.shape) continue;
      seen.set(touched.value, touched.shape);
      const fault = touched.shape.fault(touched.value);
      if (fault) throw fault.below(...path.slice(0, touched.depth)).error();
    }
  }

  /**
   * @param {any} document
   * @param {readonly string[]} path
   * @returns {{ value: unknown, shape: Value | Entity | Places, depth: number } | null} the entity
   *   on the path, or all that lies at its end; null where the schema names nothing there
   */
  #touchedBy(document, path) {
    let value = document;
    let depth = 0;
    /** @type {Value | Entity | Places} */
    let shape = this.#places;
    for (const name of path) {
      if (!(shape instanceof Places)) break;
      value = value?.[name];
      const isRemoved = value === undefined && !shape.has(name);
      const inner = shape.at(name);
      if (inner === undefined || isRemoved) return null;
      shape = inner;
      depth++;
    }
    return { value, shape, depth };
  }
}

/** @param {Record<string, string>} types */
function entity(types) {
  return new Entity(
    Object.entries(types).map(([name, type]) => [name, TYPES[type] ?? unknown(type)]),
  );
}

/**
 * @param {string} what
 * @returns {never}
 */
function unknown(what) {
  throw new Error(`The schema names ${what}, which this page does not know.`);
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}
