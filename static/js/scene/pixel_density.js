/** How many pixels a canvas has for each of the page's. */

/** A canvas has as many as its screen has there, up to those of a 5K screen: each takes memory. */
const MOST_PIXELS = 5120 * 2880;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {boolean} lowQuality one pixel per CSS pixel
 */
export function pixelRatioOf({ clientWidth: width, clientHeight: height }, lowQuality) {
  const most = lowQuality ? 1 : Math.sqrt(MOST_PIXELS / (width * height));
  return Math.min(devicePixelRatio, most);
}

/** Notices when the page is zoomed, or its window has moved to another screen. */
export class DensityWatch {
  #changed;
  /** @type {MediaQueryList | null} whether the screen is as dense as it was */
  #density = null;

  /** @param {() => void} changed the size of the page may stay the same */
  constructor(changed) {
    this.#changed = changed;
    this.#watch();
  }

  dispose() {
    this.#density?.removeEventListener("change", this.#densityChanged);
  }

  #densityChanged = () => {
    this.#watch();
    this.#changed();
  };

  #watch() {
    this.dispose();
    this.#density = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    this.#density.addEventListener("change", this.#densityChanged);
  }
}
