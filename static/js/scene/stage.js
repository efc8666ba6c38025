/** Draws the scene into a canvas whenever something changed, and only then. */

import { Object3D, WebGLRenderer } from "three";
import { isolated } from "../document/isolated.js";
import { Overridden } from "../document/overrides.js";
import { between } from "./easing.js";
import { AT_REST, atServerTime, sinceEachStart } from "./motion/progress.js";
import { DensityWatch, pixelRatioOf } from "./pixel_density.js";
import { SceneDrawing } from "./scene_drawing.js";
import { knownPixels, snapshots } from "./snapshot.js";
import { View } from "./view.js";

/**
 * @import { Overrides } from "../document/overrides.js"
 * @import { SceneDocument } from "../document/schema.js"
 * @import { Size } from "./known_pixels.js"
 * @import { Asked, Snapshot } from "./snapshot.js"
 *
 * @typedef {"ok" | "lost" | "missing"} WebglState
 *
 * @typedef {object} Helper what is drawn beside the scene, for this page's person alone
 * @property {Object3D} object
 * @property {() => void} prepare it for the picture that is drawn next
 *
 * @typedef {object} StageOptions
 * @property {boolean} lowQuality no antialiasing, hard shadows, one pixel per CSS pixel
 * @property {boolean} smooth whether a movement may fade out, a change ease in, and things move by
 *   themselves
 * @property {() => number} serverSeconds what the server's clock says
 * @property {(revision: number) => void} drawn after each picture
 * @property {(state: WebglState) => void} webglChanged
 */

/** How long a change takes to ease in. */
const EASING_MS = 200;

export class Stage {
  #canvas;
  #options;
  #renderer;
  /** Null where nothing can be drawn. */
  #drawing;
  #resizes;
  #density;
  /** What the server has confirmed. @type {{ document: SceneDocument, revision: number } | null} */
  #confirmed = null;
  /** What is drawn: that, or a moment on the way to it. @type {SceneDocument | null} */
  #drawn = null;
  /** What the person sees otherwise than it is confirmed. @type {Overrides} */
  #overrides = new Map();
  #overridden = new Overridden();
  /** @type {Helper[]} */
  #helpers = [];
  /** Of the last confirmed document that was drawn. @type {number | null} */
  #drawnRevision = null;
  /** @type {{ from: SceneDocument, sinceMs: number } | null} */
  #easing = null;
  /** The animation frame that is asked for; 0 for none. */
  #frame = 0;
  /** Whether something changed that is not drawn yet. */
  #isDue = false;
  /** Whether things were moving in the last frame, and their shadows with them. */
  #wasMoving = false;
  #hadShadows = false;
  /** Waits for the next motion to begin. */
  #beginning = /** @type {ReturnType<typeof setTimeout> | undefined} */ (undefined);
  /** @type {WebglState} */
  #webgl = "ok";

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {StageOptions} options
   */
  constructor(canvas, options) {
    this.#canvas = canvas;
    this.#options = options;
    const renderer = createRenderer(canvas, options.lowQuality);
    this.#renderer = renderer;
    this.#drawing = renderer && new SceneDrawing(renderer, { softShadows: !options.lowQuality });
    this.view = new View(canvas, {
      smooth: options.smooth,
      surface: this.#drawing?.objects ?? new Object3D(),
      changed: () => this.requestDraw(),
    });
    this.#setWebgl(this.#renderer === null ? "missing" : "ok");
    canvas.addEventListener("webglcontextlost", this.#contextLost);
    canvas.addEventListener("webglcontextrestored", this.#contextRestored);
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(canvas);
    this.#density = new DensityWatch(() => this.#resize());
  }

  get webgl() {
    return this.#webgl;
  }

  /** The latest document that the server has confirmed, and its revision. */
  get confirmed() {
    return this.#confirmed;
  }

  /**
   * Draws with the next frames; a hidden tab gets none and draws when it is looked at.
   *
   * @param {SceneDocument} document
   * @param {number} revision
   * @param {Overrides} [overrides] as for `override`
   * @returns {Promise<void>} resolves once `snapshots` can show this document
   * @throws {Error} where what it needs cannot be loaded; the next one tries again
   */
  async show(document, revision, overrides = this.#overrides) {
    this.#confirmed = { document, revision };
    this.#overrides = overrides;
    this.#begin();
    if (!this.#drawing?.objects.isLacking) return;
    await this.#drawing.complete();
    this.requestDraw();
  }

  /** What the person sees, once all is eased in; null before the first scene. */
  get shown() {
    return this.#confirmed && this.#overridden.of(this.#confirmed.document, this.#overrides);
  }

  /** What is drawn, by id; null where nothing can be. */
  get things() {
    return this.#drawing?.objects ?? null;
  }

  /** Of the picture on the screen. @returns {Size} */
  get size() {
    const { width, height } = this.#canvas;
    return { width, height };
  }

  /** How far what is in the scene reaches from its middle, in meters. */
  get reach() {
    return this.#drawing?.around.radius ?? 0;
  }

  /**
   * Draws members of objects otherwise than they are confirmed, in no snapshot.
   *
   * @param {Overrides} overrides from now on, in place of the ones before
   * @param {{ eases?: boolean }} [options] whether they may ease in
   */
  override(overrides, { eases = false } = {}) {
    const isSame = overrides.size === 0 && this.#overrides.size === 0;
    this.#overrides = overrides;
    if (isSame) return;
    if (eases) this.#begin();
    else this.#arrangeNow();
  }

  /**
   * @param {{ clientX: number, clientY: number }} place on the screen
   * @returns {string[]} as `pathAt` of picking returns them
   */
  pathAt(place) {
    return this.#drawing?.pathAt(this.view.rayAt(place), this.view.showsFrames) ?? [];
  }

  /** @param {Helper} helper is drawn from now on, with each picture on the screen */
  addHelper(helper) {
    this.#helpers.push(helper);
    this.#drawing?.scene.add(helper.object);
    this.requestDraw();
  }

  /**
   * Pictures of the confirmed scene; what is on the screen, and the person's view, stay as they are.
   *
   * @param {Asked} asked
   * @param {{ at?: number | undefined, shown?: readonly string[] | undefined }} [options] `at` is in
   *   seconds since each motion's start, without it is now; with `shown` only these are drawn
   * @returns {{ revision: number, document: SceneDocument, pictures: Snapshot[] } | null} null where
   *   nothing can be drawn
   */
  snapshots(asked, { at, shown } = {}) {
    const [confirmed, drawn, drawing] = [this.#confirmed, this.#drawn, this.#drawing];
    if (confirmed === null || drawing === null || drawing.objects.isLacking) return null;
    const { document, revision } = confirmed;
    const moment = at === undefined ? this.#now : sinceEachStart(at);
    drawing.show(shown === undefined ? document : isolated(document, shown));
    const pictures = this.#read((renderer) => snapshots(renderer, drawing, asked, moment));
    if (drawn !== null) drawing.show(drawn);
    drawing.place(this.#moment);
    return pictures && { revision, document, pictures };
  }

  /**
   * @param {Size} size
   * @returns {ReturnType<typeof knownPixels> | null} what the browser hands out in place of the
   *   known pixels; null where nothing can be drawn
   */
  knownPixels(size) {
    return this.#read((renderer) => knownPixels(renderer, size));
  }

  dispose() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#beginning);
    this.#resizes.disconnect();
    this.#density.dispose();
    this.#canvas.removeEventListener("webglcontextlost", this.#contextLost);
    this.#canvas.removeEventListener("webglcontextrestored", this.#contextRestored);
    this.view.dispose();
    this.#drawing?.dispose();
    this.#renderer?.dispose();
  }

  /** Draws with the next frame. */
  requestDraw() {
    this.#isDue = true;
    this.#requestFrame();
  }

  #requestFrame() {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((nowMs) => this.#nextFrame(nowMs));
  }

  /** @param {number} nowMs */
  #nextFrame(nowMs) {
    this.#frame = 0;
    // Not every browser says each time that the screen is another one.
    if (this.#renderer?.getPixelRatio() !== this.#pixelRatio()) this.#resize();
    const eases = this.#ease();
    const viewMoves = this.view.advance(nowMs);
    const moves = this.#moveThings() || viewMoves || eases;
    if (moves || this.#isDue) this.#draw();
    // A movement asks for one frame more than it draws: in that one nothing moves any longer.
    if (moves) this.#requestFrame();
  }

  /** The moment that the server's clock shows. */
  get #now() {
    return atServerTime(this.#options.serverSeconds());
  }

  /** The moment to show on the screen. */
  get #moment() {
    return this.#options.smooth ? this.#now : AT_REST;
  }

  /** @returns {boolean} whether something has moved since the last frame */
  #moveThings() {
    clearTimeout(this.#beginning);
    const drawing = this.#drawing;
    if (drawing === null || !this.#options.smooth) return false;
    const moment = this.#now;
    const seconds = drawing.untilMoves(moment);
    if (seconds > 0 && seconds < Number.POSITIVE_INFINITY) {
      this.#beginning = setTimeout(() => this.#requestFrame(), seconds * 1000);
    }
    const moves = seconds === 0;
    if (!moves && !this.#wasMoving) return false;
    // In every other frame, and in the last: shadows cost as much as all else.
    this.#hadShadows = !(moves && this.#hadShadows);
    drawing.place(moment, { shadows: this.#hadShadows });
    if (drawing.homeMoves) this.view.show(drawing.home, drawing.around);
    this.#wasMoving = moves;
    return true;
  }

  /** Begins to show what the person is to see. */
  #begin() {
    const target = this.shown;
    if (target === null) return;
    const from = this.#easesIn(target) ? this.#drawn : null;
    this.#easing = from && { from, sinceMs: performance.now() };
    if (this.#easing === null) this.#arrange(target);
    this.requestDraw();
  }

  /** Shows it at once, while the view stays as it is. */
  #arrangeNow() {
    const target = this.shown;
    if (target === null) return;
    this.#easing = null;
    this.#drawn = target;
    this.#drawing?.show(target);
    this.#drawing?.place(this.#moment);
    this.requestDraw();
  }

  /** @param {SceneDocument} document */
  #easesIn(document) {
    if (!this.#options.smooth || this.#drawn === null) return false;
    // What it lacks is loaded for what is drawn.
    if (this.#drawing?.lacks(document)) return false;
    return between(this.#drawn, document, 0) !== document;
  }

  /** @returns {boolean} whether a change is easing in */
  #ease() {
    const document = this.shown;
    if (this.#easing === null || document === null) return false;
    const { from, sinceMs } = this.#easing;
    const share = (performance.now() - sinceMs) / EASING_MS;
    if (share >= 1) this.#easing = null;
    this.#arrange(share >= 1 ? document : between(from, document, easeOut(share)));
    return true;
  }

  /** @param {SceneDocument} document */
  #arrange(document) {
    this.#drawn = document;
    if (this.#drawing === null) return;
    this.#drawing.show(document);
    this.#drawing.place(this.#moment);
    this.view.show(this.#drawing.home, this.#drawing.around);
  }

  #draw() {
    this.#isDue = false;
    if (this.#drawing === null || this.#webgl !== "ok" || this.#confirmed === null) return;
    // Else names would be where they were in the picture before.
    this.view.camera.updateMatrixWorld();
    for (const helper of this.#helpers) helper.prepare();
    this.#drawing.render(this.view.camera);
    const isWhole = this.#easing === null && !this.#drawing.objects.isLacking;
    if (isWhole) this.#drawnRevision = this.#confirmed.revision;
    if (this.#drawnRevision !== null) this.#options.drawn(this.#drawnRevision);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#renderer === null || width === 0 || height === 0) return;
    this.#renderer.setPixelRatio(this.#pixelRatio());
    this.#renderer.setSize(width, height, false);
    this.view.resize(width / height);
    // A canvas that got a new size is blank: drawn at once, nobody sees it so.
    this.#draw();
  }

  #pixelRatio() {
    return pixelRatioOf(this.#canvas, this.#options.lowQuality);
  }

  /**
   * @template Pixels
   * @param {(renderer: WebGLRenderer) => Pixels} draw
   * @returns {Pixels | null} null where nothing can be drawn
   */
  #read(draw) {
    if (this.#renderer === null) return null;
    // Asked of the context itself: the event that tells of a loss comes later.
    const context = this.#renderer.getContext();
    if (context.isContextLost()) return null;
    const pixels = draw(this.#renderer);
    return context.isContextLost() ? null : pixels;
  }

  #contextLost = (/** @type {Event} */ event) => {
    // Without this the browser does not give the context back.
    event.preventDefault();
    this.#setWebgl("lost");
  };

  #contextRestored = () => {
    this.#drawing?.restore();
    this.#setWebgl("ok");
    this.requestDraw();
  };

  /** @param {WebglState} state */
  #setWebgl(state) {
    this.#webgl = state;
    this.#options.webglChanged(state);
  }
}

/** @param {number} share of the time */
const easeOut = (share) => 1 - (1 - share) ** 3;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {boolean} lowQuality
 * @returns {WebGLRenderer | null} null where the browser has no WebGL 2
 */
function createRenderer(canvas, lowQuality) {
  // Whatever the screen: a canvas keeps what it was made with, and its window may move to another.
  const context = canvas.getContext("webgl2", { antialias: !lowQuality, alpha: false });
  return context === null ? null : new WebGLRenderer({ canvas, context });
}
