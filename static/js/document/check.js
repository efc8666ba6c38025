/** Whether a document is what its schema says: the whole of it, or what a patch has touched. */

import { Fault, isObject, TYPES, Value } from "./values.js";

/**
 * @typedef {string | { [name: string]: Place }} Place the kind of the entity there, "*" where the
 *   entity names its own, "=" and the type of a value ("?" at its end: it may be missing), or a map
 *   of places; "*" in it is the place of every name that has none of its own
 *
 * @typedef {object} Schema
 * @property {number} version
 * @property {Record<string, Record<string, string>>} kinds by the names of kinds that are alike,
 *   the type of each member; "?" at its end: it may be missing
 * @property {{ [name: string]: Place }} places
 */

/** The place of all names that have none of their own, and the kind that an entity names itself. */
const ANY = "*";
const AN_OBJECT = "an object";
/** Types whose own members are those of the kind of the same name. */
const NESTED = new Set(["animation", "arrangement", "material", "motion"]);

/** @typedef {{ fault: (value: unknown) => Fault | null }} Shape */

class Entity {
  /** @type {{ name: string, shape: Shape, isOptional: boolean }[]} */
  members = [];

  /**
   * @param {unknown} value
   * @returns {Fault | null}
   */
  fault(value) {
    if (!isObject(value)) return new Fault(value, AN_OBJECT);
    for (const { name, shape, isOptional } of this.members) {
      if (isOptional && value[name] === undefined) continue;
      const fault = shape.fault(value[name]);
      if (fault) return fault.below(name);
    }
    return null;
  }
}

/** An entity that says itself of which kind it is. */
class AnyEntity {
  #kinds;

  /** @param {Map<unknown, Entity>} kinds */
  constructor(kinds) {
    this.#kinds = kinds;
  }

  /**
   * @param {unknown} value
   * @returns {Fault | null}
   */
  fault(value) {
    if (!isObject(value)) return new Fault(value, AN_OBJECT);
    const kind = this.#kinds.get(value.kind);
    if (kind === undefined) return new Fault(value.kind, "a kind that is known").below("kind");
    return kind.fault(value);
  }
}

/** A value that may be missing. */
class Optional {
  #shape;

  /** @param {Shape} shape */
  constructor(shape) {
    this.#shape = shape;
  }

  /** @param {unknown} value */
  fault(value) {
    return value === undefined ? null : this.#shape.fault(value);
  }
}

class Places {
  #named;
  #any;

  /** @param {Map<string, Shape>} places by name; `ANY` for all other names */
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

export class DocumentCheck {
  #places;

  /** @param {Schema} schema */
  constructor({ version, kinds, places }) {
    const known = entities(kinds);
    // What stands in the map of all objects has a name; a material or environment has none.
    const named = Object.entries(kinds).flatMap(([names, { name }]) =>
      name ? names.split(" ") : [],
    );
    const any = new AnyEntity(
      new Map(named.map((kind) => [kind, known.get(kind) ?? unknown(kind)])),
    );
    /** @type {(place: Place) => Shape} */
    const shapeOf = (place) => {
      if (typeof place !== "string") return new Places(placesIn(place));
      if (place === ANY) return any;
      if (place.startsWith("=")) return memberOf(place.slice(1), known);
      return known.get(place) ?? unknown(place);
    };
    /** @param {{ [name: string]: Place }} inner */
    const placesIn = (inner) =>
      new Map(Object.entries(inner).map(([name, place]) => [name, shapeOf(place)]));
    const isVersion = new Value(String(version), (value) => value === version);
    this.#places = new Places(new Map([["version", isVersion], ...placesIn(places)]));
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
   * @returns {{ value: unknown, shape: Shape, depth: number } | null} the entity
   *   on the path, or all that lies at its end; null where the schema names nothing there
   */
  #touchedBy(document, path) {
    let value = document;
    let depth = 0;
    /** @type {Shape} */
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

/**
 * @param {Schema["kinds"]} kinds
 * @returns {Map<string, Entity>} by kind
 */
function entities(kinds) {
  const alike = Object.entries(kinds).map(([names, types]) => ({
    names: names.split(" "),
    types,
    entity: new Entity(),
  }));
  const known = new Map(alike.flatMap(({ names, entity }) => names.map((name) => [name, entity])));
  for (const { types, entity } of alike) {
    entity.members = Object.entries(types).map(([name, type]) => ({
      name,
      shape: typeOf(type.replace("?", ""), known),
      isOptional: type.endsWith("?"),
    }));
  }
  return known;
}

/**
 * @param {string} type with "?" at its end where the value may be missing
 * @param {ReadonlyMap<string, Entity>} known
 * @returns {Shape}
 */
function memberOf(type, known) {
  const shape = typeOf(type.replace("?", ""), known);
  return type.endsWith("?") ? new Optional(shape) : shape;
}

/**
 * @param {string} type
 * @param {ReadonlyMap<string, Entity>} known
 * @returns {Shape}
 */
function typeOf(type, known) {
  const found = NESTED.has(type) ? known.get(type) : TYPES.get(type);
  return found ?? unknown(type);
}

/**
 * @param {string} what
 * @returns {never}
 */
function unknown(what) {
  throw new Error(`The schema names ${what}, which this page does not know.`);
}
