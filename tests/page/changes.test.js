import assert from "node:assert/strict";
import { test } from "node:test";
import { Changes } from "../../static/js/edit/changes.js";

/** @import { Outcome } from "../../static/js/edit/outbox.js" */

function makeChanges() {
  /** @type {{ name: string, args: unknown, settle: (outcome: Outcome) => void }[]} */
  const sent = [];
  let redrawn = 0;
  const send = (/** @type {string} */ name, /** @type {unknown} */ args) =>
    /** @type {Promise<Outcome>} */ (
      new Promise((settle) => {
        sent.push({ name, args, settle });
      })
    );
  const changes = new Changes(send, () => redrawn++);
  return { changes, sent, redrawn: () => redrawn };
}

const hiding = {
  name: "update_objects",
  arguments: { changes: [{ target: "o1", visible: false }] },
  values: { "o1.visible": false },
};
const refusal = { code: "invalid_argument", message: "No." };

test("a change is shown at once, and what comes of it decides", async () => {
  const { changes, sent, redrawn } = makeChanges();
  const made = changes.make(hiding);
  assert.deepEqual([sent[0]?.name, sent[0]?.args], [hiding.name, hiding.arguments]);
  assert.equal(changes.shown("o1.visible", true), false);
  assert.equal(changes.shown("o2.visible", true), true);
  assert.equal(redrawn(), 1);
  sent[0]?.settle({ confirmed: false, refusal });
  assert.deepEqual(await made, { confirmed: false, refusal });
  assert.equal(changes.shown("o1.visible", true), true);
  assert.equal(redrawn(), 2);
});

test("a confirmed change is shown until the page has its revision, whichever comes first", async () => {
  const { changes, sent } = makeChanges();
  const first = changes.make(hiding);
  sent[0]?.settle({ confirmed: true, revision: 4 });
  await first;
  changes.arrived(3);
  assert.equal(changes.shown("o1.visible", true), false);
  changes.arrived(4);
  assert.equal(changes.shown("o1.visible", true), true);
  const second = changes.make(hiding);
  changes.arrived(5);
  assert.equal(changes.shown("o1.visible", true), false);
  sent[1]?.settle({ confirmed: true, revision: 5 });
  await second;
  assert.equal(changes.shown("o1.visible", true), true);
});

test("what is refused takes nothing back that was changed since", async () => {
  const { changes, sent } = makeChanges();
  const first = changes.make(hiding);
  changes.make({ ...hiding, values: { "o1.visible": "again" } });
  sent[0]?.settle({ confirmed: false, refusal });
  await first;
  assert.equal(changes.shown("o1.visible", true), "again");
});
