import assert from "node:assert/strict";
import { test } from "node:test";
import { AiPresence, aiWords } from "../../static/js/ui/ai_presence.js";
import { suggestionsFor } from "../../static/js/ui/suggestions.js";
import { startDocument } from "./page.js";

/** @param {string[]} names */
const here = (...names) => ({ browsers: 1, clients: names.length, names });
const nobody = { browsers: 1, clients: 0, names: [] };

test("the chip names who is here, and says so where nobody is or gives a name", () => {
  assert.equal(aiWords(nobody), "Waiting for your AI");
  assert.equal(aiWords({ browsers: 1, clients: 0 }), "Waiting for your AI");
  assert.equal(aiWords(here("Claude Code")), "Claude Code connected");
  assert.equal(aiWords(here("Codex", "Cursor")), "Codex and Cursor connected");
  assert.equal(aiWords(here("Codex", "Cursor", "Zed")), "Codex, Cursor and Zed connected");
  assert.equal(aiWords({ browsers: 1, clients: 1 }), "AI client connected");
  assert.equal(aiWords({ browsers: 1, clients: 1, names: [" "] }), "AI client connected");
  assert.equal(aiWords({ browsers: 1, clients: 2, names: [] }), "2 AI clients connected");
});

test("a name that a program gives itself is cut, however long it is", () => {
  assert.equal(aiWords(here("x".repeat(5000))), `${"x".repeat(60)} connected`);
});

test("who comes is said once, also where a client comes anew with each of its calls", () => {
  const ai = new AiPresence();
  assert.deepEqual(ai.update(nobody), { came: "", went: "" });
  assert.deepEqual(ai.update(here("Claude Code")), { came: "Claude Code", went: "" });
  assert.deepEqual(ai.update(here("Claude Code")), { came: "", went: "" });
  assert.deepEqual(ai.update(here("Claude Code", "Codex")), { came: "Codex", went: "" });
  assert.deepEqual(ai.update(nobody), { came: "", went: "Claude Code and Codex" });
  assert.deepEqual(ai.update(here("Codex")), { came: "", went: "" });
});

test("a client without a name comes and goes as your AI client", () => {
  const ai = new AiPresence();
  assert.equal(ai.update({ browsers: 1, clients: 1 }).came, "Your AI client");
  assert.equal(ai.update(nobody).went, "Your AI client");
});

test("what is suggested is three requests that suit the scene as it is", () => {
  const scene = startDocument();
  const atFirst = suggestionsFor(scene);
  scene.objects.o5 = { ...scene.objects.o1, name: "table", kind: "box" };
  scene.environment.light = "sunset";
  scene.objects.o4.position = [0, 1, -3];
  const later = suggestionsFor(scene);
  delete scene.objects.o1;
  delete scene.objects.o5;
  const empty = suggestionsFor(scene);
  assert.equal(new Set([...atFirst, ...later]).size, 6);
  assert.match(empty[2] ?? "", /snowman/);
  scene.objects.o5 = { ...scene.objects.o2, name: "back wall" };
  assert.match(suggestionsFor(scene)[2] ?? "", /living room/);
});
