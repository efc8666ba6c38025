import assert from "node:assert/strict";
import { test } from "node:test";
import { Overridden } from "../../static/js/document/overrides.js";
import { startDocument } from "./page.js";

/** @typedef {import("../../static/js/document/overrides.js").Overrides} Overrides */

test("a document without overrides is the document itself", () => {
  const document = startDocument();
  assert.equal(new Overridden().of(document, new Map()), document);
});

test("an overridden object stays the same object until it or its override is another", () => {
  const overridden = new Overridden();
  const document = startDocument();
  const members = { position: /** @type {[number, number, number]} */ ([1, 2, 3]) };
  const first = overridden.of(document, new Map([["o1", members]]));
  assert.deepEqual(first.objects.o1, { ...document.objects.o1, position: [1, 2, 3] });
  assert.equal(first.objects.o2, document.objects.o2);
  const moved = { ...document, objects: { ...document.objects, o2: { ...document.objects.o2 } } };
  const second = overridden.of(moved, new Map([["o1", members]]));
  assert.equal(second.objects.o1, first.objects.o1);
  const painted = { ...document.objects.o1, material: { color: "#ff0000" } };
  const third = overridden.of(
    { ...document, objects: { ...document.objects, o1: painted } },
    new Map([["o1", members]]),
  );
  assert.deepEqual(third.objects.o1, { ...painted, position: [1, 2, 3] });
});

test("an override of what is not there any more is left out", () => {
  const document = startDocument();
  /** @type {Overrides} */
  const overrides = new Map([["o99", { position: [1, 2, 3] }]]);
  assert.deepEqual(new Overridden().of(document, overrides).objects, document.objects);
});
