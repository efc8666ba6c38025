/** The pointer on the canvas: clicks and taps apart from the ends of drags, and a handle's drags. */

/**
 * @typedef {{ clientX: number, clientY: number }} Place on the screen
 *
 * @typedef {object} Handles what the pointer can take hold of
 * @property {(place: Place) => boolean} hover whether one is there, which then shows it
 * @property {(place: Place) => boolean} press whether one is taken hold of
 * @property {(place: Place, snaps: boolean) => void} drag
 * @property {() => void} release
 * @property {() => void} cancel
 *
 * @typedef {object} PointerOptions
 * @property {() => Handles | null} handles
 * @property {(place: Place, adds: boolean) => void} clicked
 * @property {(place: Place) => boolean} isOver whether something there can be clicked
 * @property {(looks: boolean) => void} mayLook whether a drag turns the view
 */

/** Farther, it was a drag. */
const MOST_TRAVEL_PX = { mouse: 4, pen: 8, touch: 12 };

export class Pointer {
  #canvas;
  #options;
  /** @type {{ id: number, clientX: number, clientY: number } | null} */
  #pressed = null;
  /** Of the pointer that drags a handle. @type {number | null} */
  #dragging = null;
  /** @type {PointerEvent | null} where the pointer is, as far as it is not looked at yet */
  #hovering = null;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {PointerOptions} options
   */
  constructor(canvas, options) {
    this.#canvas = canvas;
    this.#options = options;
    // Before the view's controls, which would turn the view with a handle's drag.
    canvas.addEventListener("pointerdown", (event) => this.#down(event), { capture: true });
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#end(event, "cancel"));
    canvas.addEventListener("pointerleave", () => this.#left());
  }

  /** Ends a handle's drag as if it had not begun. */
  cancel() {
    if (this.#dragging === null) return false;
    this.#end({ pointerId: this.#dragging }, "cancel");
    return true;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    this.#pressed = null;
    if (!event.isPrimary || event.button !== 0 || this.#dragging !== null) return;
    const { pointerId: id, clientX, clientY } = event;
    if (!this.#options.handles()?.press(event)) {
      this.#pressed = { id, clientX, clientY };
      return;
    }
    this.#dragging = id;
    this.#options.mayLook(false);
    this.#canvas.setPointerCapture(id);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId === this.#dragging) {
      this.#options.handles()?.drag(event, event.ctrlKey || event.metaKey);
    } else if (event.buttons === 0 && event.pointerType !== "touch") {
      // Once a frame: in a large scene it takes a millisecond or two.
      if (this.#hovering === null) requestAnimationFrame(() => this.#hover());
      this.#hovering = event;
    }
  }

  /** @param {PointerEvent} event */
  #up(event) {
    this.#end(event, "release");
    const pressed = this.#pressed;
    this.#pressed = null;
    if (pressed?.id !== event.pointerId) return;
    const travel = Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
    const most = Object.entries(MOST_TRAVEL_PX).find(([type]) => type === event.pointerType);
    if (travel <= (most?.[1] ?? 0)) this.#options.clicked(event, event.shiftKey);
  }

  /**
   * @param {{ pointerId: number }} event
   * @param {"release" | "cancel"} how
   */
  #end({ pointerId }, how) {
    if (pointerId !== this.#dragging) return;
    this.#dragging = null;
    this.#options.handles()?.[how]();
    this.#options.mayLook(true);
  }

  #left() {
    this.#hovering = null;
    this.#show(null);
  }

  #hover() {
    const place = this.#hovering;
    this.#hovering = null;
    if (place === null || this.#dragging !== null) return;
    if (this.#options.handles()?.hover(place)) this.#show("handle");
    else this.#show(this.#options.isOver(place) ? "object" : null);
  }

  /** @param {"handle" | "object" | null} what the pointer is over */
  #show(what) {
    if (what === null) delete this.#canvas.dataset.over;
    else this.#canvas.dataset.over = what;
  }
}
