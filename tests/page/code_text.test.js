import assert from "node:assert/strict";
import { test } from "node:test";
import { codeIn, isAlmostACode } from "../../static/js/net/code_text.js";
import { lifeWords } from "../../static/js/ui/code_words.js";

test("a code is read in any case, with spaces and hyphens, as the server reads it", () => {
  for (const typed of ["K7M2PQ", "k7m2pq", "K7M-2PQ", " k7m 2pq\n", "k 7 m - 2 p q", "K7M–2PQ"]) {
    assert.equal(codeIn(typed), "K7M2PQ");
    assert.equal(isAlmostACode(typed), false);
  }
});

test("other texts are no codes", () => {
  const others = ["", "K7M2P", "K7M2PQ9", "K7M_2PQ", "ſ7M2PQ", "scenes!", "K7M2PQ".padEnd(50)];
  for (const typed of others) {
    assert.equal(codeIn(typed), null);
    assert.equal(isAlmostACode(typed), false);
  }
});

test("a code with a sign that none has is told apart from what is no code at all", () => {
  for (const typed of ["K7M-2P0", "k7m2po", "1KM2PQ", "K7MIPQ", "K7L2PQ"]) {
    assert.equal(codeIn(typed), null);
    assert.equal(isAlmostACode(typed), true);
  }
});

test("the time that is left is told in whole minutes", () => {
  assert.equal(lifeWords(600), "It works once, for 10 more minutes.");
  assert.equal(lifeWords(541), "It works once, for 10 more minutes.");
  assert.equal(lifeWords(20), "It works once, for 1 more minute.");
});
