import assert from "node:assert/strict";
import { test } from "node:test";
import { patched as applied } from "../../static/js/document/patch.js";

/** @type {(document: any, patch: unknown) => any} */
const patched = (document, patch) => applied(document, patch).document;

/** @type {any} */
const DOCUMENT = Object.freeze({
  a: Object.freeze({ b: 1, list: Object.freeze([1, 2]) }),
  "x/y": 2,
  "m~n": 3,
  n: null,
});

test("add, replace and remove are applied in order", () => {
  const patch = [
    { op: "add", path: "/a/c", value: { d: 1 } },
    { op: "replace", path: "/a/c/d", value: 2 },
    { op: "remove", path: "/a/b" },
  ];
  assert.deepEqual(patched(DOCUMENT, patch).a, { list: [1, 2], c: { d: 2 } });
});

test("add replaces what is there, as RFC 6902 says", () => {
  assert.equal(patched(DOCUMENT, [{ op: "add", path: "/a/b", value: 5 }]).a.b, 5);
});

test("a path escapes the slash and the tilde, as RFC 6901 says", () => {
  const patch = [
    { op: "replace", path: "/x~1y", value: "slash" },
    { op: "replace", path: "/m~0n", value: "tilde" },
  ];
  const after = patched(DOCUMENT, patch);
  assert.equal(after["x/y"], "slash");
  assert.equal(after["m~n"], "tilde");
});

test("the empty path is the whole document", () => {
  assert.deepEqual(patched(DOCUMENT, [{ op: "replace", path: "", value: { z: 1 } }]), { z: 1 });
});

test("a member called constructor is a member like any other", () => {
  const after = patched(DOCUMENT, [{ op: "add", path: "/constructor", value: 1 }]);
  assert.equal(Object.hasOwn(after, "constructor"), true);
  assert.throws(() => patched(DOCUMENT, [{ op: "remove", path: "/constructor" }]), /nothing at/);
});

/** @type {[string, unknown, unknown?][]} */
const REFUSED = [
  ["a patch that is no list", { op: "remove", path: "/a" }],
  ["a step that is nothing", [null]],
  ["an unknown operation", [{ op: "copy", from: "/a", path: "/b" }]],
  ["an operation named like a part of objects", [{ op: "constructor", path: "/a", value: 1 }]],
  ["a step without a path", [{ op: "remove" }]],
  ["a step without its value", [{ op: "add", path: "/b" }]],
  ["a path without a slash", [{ op: "remove", path: "a" }]],
  ["replacing what is not there", [{ op: "replace", path: "/c", value: 1 }]],
  ["removing what is not there", [{ op: "remove", path: "/c" }]],
  ["adding below what is not there", [{ op: "add", path: "/c/d", value: 1 }]],
  ["a way through a number", [{ op: "add", path: "/a/b/c", value: 1 }]],
  ["a part of a vector", [{ op: "replace", path: "/a/list/0", value: 1 }]],
  ["a way through nothing", [{ op: "add", path: "/n/c", value: 1 }]],
  ["any way into a list", [{ op: "add", path: "/0", value: 1 }], []],
  ["any way into nothing", [{ op: "add", path: "/0", value: 1 }], null],
  ["the prototype", [{ op: "add", path: "/__proto__/polluted", value: 1 }]],
  ["the prototype itself", [{ op: "add", path: "/__proto__", value: { polluted: 1 } }]],
  ["removing everything", [{ op: "remove", path: "" }]],
];
for (const [what, patch, document = DOCUMENT] of REFUSED) {
  test(`refused: ${what}`, () => {
    assert.throws(() => patched(document, patch), /^Error: /);
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
  });
}

test("an object is copied once, however many steps write in it, and its neighbors never", () => {
  const before = { many: { a: {}, b: {} }, other: {} };
  let copies = 0;
  // The copy of an object reads each member of it.
  const many = new Proxy(before.many, {
    ownKeys(target) {
      copies++;
      return Reflect.ownKeys(target);
    },
  });
  const patch = Array.from({ length: 50 }, (_, i) => ({
    op: "add",
    path: `/many/o${i}`,
    value: { i },
  }));
  const after = patched({ ...before, many }, patch);
  assert.equal(copies, 1);
  assert.equal(Object.keys(after.many).length, 52);
  assert.equal(after.many.a, before.many.a);
  assert.equal(after.other, before.other);
});

test("a value of the patch is not written in by a later step of it", () => {
  const value = { color: "#000000" };
  const patch = [
    { op: "add", path: "/cube", value },
    { op: "replace", path: "/cube/color", value: "#008688" },
    { op: "replace", path: "", value: { cube: value } },
    { op: "remove", path: "/cube/color" },
  ];
  assert.deepEqual(patched({}, patch.slice(0, 2)), { cube: { color: "#008688" } });
  assert.deepEqual(patched({}, patch), { cube: {} });
  assert.deepEqual(value, { color: "#000000" });
});

test("a patch says where it has changed something", () => {
  const patch = [
    { op: "replace", path: "/x~1y", value: 1 },
    { op: "replace", path: "/a/b", value: 2 },
    { op: "replace", path: "", value: {} },
  ];
  assert.deepEqual(applied(DOCUMENT, patch).paths, [["x/y"], ["a", "b"], []]);
});

test("a patch whose second step fails leaves no trace of the first", () => {
  const document = { a: 1 };
  const patch = [
    { op: "replace", path: "/a", value: 2 },
    { op: "remove", path: "/b" },
  ];
  assert.throws(() => patched(document, patch));
  assert.deepEqual(document, { a: 1 });
});
