/** The camera's page: the server hands it documents, and gets pictures and files of them. */

import { DocumentCheck } from "./document/check.js";
import { RevisionWaits } from "./document/revision_waits.js";
import { SCHEMA } from "./document/schema.js";
import { openModels } from "./scene/objects/model_files.js";
import { Stage } from "./scene/stage.js";
import { answersTo } from "./ui/browser_requests.js";
import { elementById } from "./ui/elements.js";
import { Exports } from "./ui/exports.js";
import { Screenshots } from "./ui/screenshots.js";

/** @import { SceneDocument } from "./document/schema.js" */

const ANSWER_WITHIN_MS = 20_000;
const check = new DocumentCheck(SCHEMA);
const clock = {
  setTimeout: (/** @type {() => void} */ run, /** @type {number} */ ms) => setTimeout(run, ms),
  clearTimeout: (/** @type {number} */ timer) => clearTimeout(timer),
};
const stage = new Stage(elementById("stage", HTMLCanvasElement), {
  lowQuality: false,
  smooth: false,
  serverSeconds: () => Date.now() / 1000, // both are of one machine
  drawn: () => {},
  webglChanged: () => {},
});

/**
 * @param {{ document: unknown, revision: number, pass: string, method: string, params: Record<string, unknown> }} job
 */
async function take({ document, revision, pass, method, params }) {
  check.requireWhole(document);
  openModels(`Camera ${pass}`);
  await stage.show(/** @type {SceneDocument} */ (document), revision);
  const revisions = new RevisionWaits(clock);
  revisions.applied(revision);
  const answer = answersTo(
    new Screenshots(stage, revisions),
    new Exports(stage, revisions, fetch.bind(window)),
  );
  return answer(method, params, AbortSignal.timeout(ANSWER_WITHIN_MS));
}

// By this name the server calls it, once it is there.
Object.assign(globalThis, { take });
