import assert from "node:assert/strict";
import { test } from "node:test";
import { lettersModule, packedLettersModule } from "../../tooling/letters.mjs";

/** @param {string} module */
async function lettersOf(module) {
  const { LETTERS } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  // Points are as good with a blank as with a comma between them.
  const outlines = Object.entries(LETTERS.outlines).map(([letter, path]) => [
    letter,
    String(path).replaceAll(",", " "),
  ]);
  return { ...LETTERS, outlines: Object.fromEntries(outlines) };
}

test("the letters of a chat's view are those of the page", async () => {
  const packed = await lettersOf(packedLettersModule("node_modules"));
  assert.deepEqual(packed, await lettersOf(lettersModule("node_modules")));
});
