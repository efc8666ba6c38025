/**
 * What a chart is drawn as: its marks, lines and texts, in meters about the middle of its box. The
 * document holds rows; all of this is worked out of them here, and nowhere else. No three.
 */

/**
 * @typedef {[x: number, y: number, z: number]} Place
 * @typedef {{ from: Place, to: Place, color: string }} Block a box from its low corner to its high one
 * @typedef {{ at: Place, radius: number, color: string }} Ball
 * @typedef {{ from: Place, to: Place, radius: number, color: string }} Rod
 * @typedef {object} Band between an upper and a lower line
 * @property {{ x: number, low: number, high: number }[]} ends
 * @property {[back: number, front: number]} depth
 * @property {string} color
 * @typedef {object} Wedge of a disk that faces the front
 * @property {Place} at the middle of the disk
 * @property {number} radius
 * @property {number} depth
 * @property {[from: number, to: number]} radians clockwise from the top
 * @property {string} color
 * @typedef {object} Relief of heights over a grid, down to a floor
 * @property {number[]} xs
 * @property {number[]} zs
 * @property {number[][]} ys by z and x
 * @property {string[][]} colors by z and x
 * @property {number} floor
 *
 * @typedef {object} Line a thin straight one
 * @property {Place} from
 * @property {Place} to
 * @property {number} width
 * @property {number} strength 1 is as strong as a text
 *
 * @typedef {string} Behind what a text is seen before: `ground`, what is behind the chart; `dark`, its
 *   base; or the color of a mark
 *
 * @typedef {object} Text that faces whoever looks
 * @property {string} text
 * @property {Place} at about which it turns
 * @property {number} capital how high a capital letter is
 * @property {-1 | 0 | 1} across whether it ends at its place, is centered there or begins there
 * @property {-1 | 0 | 1} up whether it is below its place, centered there or above
 * @property {[x: number, y: number]} [shift] from its place, as it is seen
 * @property {boolean} [isTurned] whether it rises to its place from the left
 * @property {Behind} behind
 * @property {number} near how far it is drawn before what is as far away as its place
 *
 * @typedef {object} Swatch a square that faces whoever looks
 * @property {Place} at
 * @property {[x: number, y: number]} shift of its middle
 * @property {number} side
 * @property {string} color
 * @property {number} near
 */

/** Of a chart that is 1.6 m wide and 1 m high, in meters. */
const CAPITAL = 0.03;
const TITLE_CAPITAL = 0.046;
const USUAL_WIDTH = 1.6;
/** In heights of a capital letter. */
const LINE = 1.9;
const BASE_EDGE = 0.75;
const THIN = 0.1;
/** Of its height, what texts may take below the axis. */
const DEEPEST = 0.26;
export const BASE_COLOR = "#2d3640";
const GRID_STRENGTH = 0.28;
const ZERO_STRENGTH = 0.85;

/** The room of a chart, and what is drawn in it. */
export class Plan {
  /** @type {Block[]} */
  blocks = [];
  /** @type {Ball[]} */
  balls = [];
  /** @type {Rod[]} */
  rods = [];
  /** @type {Band[]} */
  bands = [];
  /** @type {Wedge[]} */
  wedges = [];
  /** @type {Relief | null} */
  relief = null;
  /** @type {Line[]} */
  lines = [];
  /** @type {Text[]} */
  texts = [];
  /** @type {Swatch[]} */
  swatches = [];
  #isLifted = false;

  /**
   * @param {import("./labels.js").Ruler} ruler
   * @param {readonly [number, number, number]} size
   */
  constructor(ruler, [width, height, depth]) {
    this.ruler = ruler;
    const unit = Math.min(width / USUAL_WIDTH, height);
    this.capital = CAPITAL * unit;
    this.titleCapital = TITLE_CAPITAL * unit;
    /** What is left for the marks: edges that titles, labels and the base move inward. */
    this.left = -width / 2;
    this.right = width / 2;
    this.bottom = -height / 2;
    this.top = height / 2;
    this.back = -depth / 2;
    this.front = depth / 2;
    this.width = width;
    this.height = height;
    this.depth = depth;
  }

  get thin() {
    return THIN * this.capital;
  }

  /**
   * Writes the title and what each color stands for at the top, which faces the viewer as one sheet.
   *
   * @param {string} title
   * @param {{ name: string, color: string }[]} series
   */
  head(title, series) {
    const { capital, titleCapital, ruler, width } = this;
    /** @type {Place} */
    const at = [0, this.top, this.back];
    const near = width / 2;
    // Letters such as l are higher than capital ones.
    let below = titleCapital * 0.35;
    const titleLines = ruler.lines(title, titleCapital, width * 0.96);
    for (const line of titleLines) {
      below += titleCapital;
      const shift = /** @type {[number, number]} */ ([0, -below]);
      this.texts.push({
        text: line,
        at,
        capital: titleCapital,
        across: 0,
        up: 1,
        shift,
        behind: "ground",
        near,
      });
      below += titleCapital * (line === titleLines.at(-1) ? 0.9 : 0.6);
    }
    for (const row of legendRows(ruler, series, capital, width * 0.96)) {
      below += capital;
      let x = -row.width / 2;
      for (const { name, color, wide } of row.items) {
        const middle = /** @type {[number, number]} */ ([x + capital / 2, -below + capital / 2]);
        this.swatches.push({ at, shift: middle, side: capital * 1.05, color, near });
        const shift = /** @type {[number, number]} */ ([x + capital * 1.6, -below]);
        this.texts.push({
          text: name,
          at,
          capital,
          across: 1,
          up: 1,
          shift,
          behind: "ground",
          near,
        });
        x += wide;
      }
      below += capital * 0.9;
    }
    this.top -= below + capital * 0.3;
  }

  /**
   * Puts the base below, with texts on its front.
   *
   * @param {import("./labels.js").AxisTexts} texts
   * @param {(at: number) => number} place where each is, along x
   * @param {string} title of the axis
   * @param {number} [width]
   */
  base({ shown, isTurned, height }, place, title, width = this.width) {
    const { capital, ruler } = this;
    const edge = BASE_EDGE * capital;
    const line = ruler.cut(title, capital, this.width * 0.9);
    const tall = edge * 2 + (shown.length > 0 ? height : 0) + (line ? LINE * capital : 0);
    const top = this.bottom + (shown.length > 0 || line ? tall : capital);
    this.blocks.push({
      from: [-width / 2, this.bottom, -this.depth / 2],
      to: [width / 2, top, this.depth / 2],
      color: BASE_COLOR,
    });
    const front = this.depth / 2;
    for (const { at, text } of shown) {
      const half = isTurned ? 0 : ruler.width(text, capital) / 2 + capital * 0.3;
      const x = Math.min(Math.max(place(at), half - this.width / 2), this.width / 2 - half);
      this.texts.push({
        text,
        at: [x, top - edge, front],
        capital,
        across: isTurned ? -1 : 0,
        up: -1,
        isTurned,
        behind: "dark",
        near: ruler.width(text, capital) / 2 + capital,
      });
    }
    if (line) {
      const at = /** @type {Place} */ ([this.right, this.bottom + edge, front]);
      this.write(line, at, { across: -1, up: 1, behind: "dark" });
    }
    this.bottom = top;
  }

  /**
   * @param {number} slot the room of each text below the axis
   * @param {(at: number) => number} place where each is, along x
   */
  roomBelow(slot, place) {
    const left = (/** @type {number} */ at) => place(at) + this.width / 2;
    return { capital: this.capital, slot, deepest: DEEPEST * this.height, left };
  }

  /**
   * Draws the lines of a value axis at the back, with its numbers at the left.
   *
   * @param {import("./numbers.js").Scale} scale unless it is lifted, its lowest line is the base's edge
   * @param {(tick: number) => string} write
   * @returns {(value: number) => number} where a value is, along y
   */
  values({ low, high, ticks }, write) {
    const { bottom, top } = this;
    const y = (/** @type {number} */ value) =>
      bottom + ((value - low) / (high - low)) * (top - bottom);
    const [first, ...others] = ticks;
    for (const tick of this.#isLifted ? ticks : others) this.#gridLine(y(tick), tick === 0);
    for (const tick of ticks) {
      this.#tickText(write(tick), y(tick), tick === first && !this.#isLifted);
    }
    return y;
  }

  /** Leaves room for numbers between the base and the lowest marks. */
  lift() {
    this.bottom += this.capital * LINE;
    this.#isLifted = true;
  }

  /**
   * @param {number} y
   * @param {boolean} isZero
   */
  #gridLine(y, isZero) {
    this.lines.push({
      from: [this.left, y, this.back],
      to: [this.right, y, this.back],
      width: isZero ? this.thin * 1.6 : this.thin,
      strength: isZero ? ZERO_STRENGTH : GRID_STRENGTH,
    });
  }

  /**
   * @param {string} text
   * @param {number} y
   * @param {boolean} isLowest
   */
  #tickText(text, y, isLowest) {
    const shift = /** @type {[number, number]} */ ([
      -this.capital * 0.7,
      isLowest ? this.capital * 0.35 : 0,
    ]);
    const behind = isLowest ? "dark" : "ground";
    this.write(text, [this.left, y, this.back], { across: -1, shift, behind });
  }

  /**
   * Writes a text that is seen before the marks beside it.
   *
   * @param {string} text
   * @param {Place} at
   * @param {Partial<Pick<Text, "across" | "up" | "shift" | "behind" | "capital">>} [how]
   */
  write(text, at, how = {}) {
    const { across = 0, up = 0, shift = [0, 0], behind = "ground", capital = this.capital } = how;
    const wide = this.ruler.width(text, capital);
    const near = (across === 0 ? wide / 2 : wide) + capital;
    this.texts.push({ text, at, capital, across, up, shift, behind, near });
  }

  /** @param {string[]} ticks makes room for these at the left */
  leftOf(ticks) {
    const widest = Math.max(...ticks.map((text) => this.ruler.width(text, this.capital)));
    this.left += widest + this.capital;
    this.right -= this.capital * 0.4;
  }

  /**
   * Writes the title of the value axis above it.
   *
   * @param {string} title
   */
  upTitle(title) {
    const text = this.ruler.cut(title, this.capital, this.width * 0.5);
    if (text === "") return;
    this.write(text, [-this.width / 2 + this.capital * 0.3, this.top, this.back], {
      across: 1,
      up: -1,
    });
    this.top -= this.capital * LINE;
  }
}

/**
 * @param {import("./labels.js").Ruler} ruler
 * @param {{ name: string, color: string }[]} series
 * @param {number} capital
 * @param {number} most how wide a row may be
 */
function legendRows(ruler, series, capital, most) {
  /** @type {{ items: { name: string, color: string, wide: number }[], width: number }[]} */
  const rows = [];
  const gap = capital * 1.7;
  for (const { name, color } of series) {
    const text = ruler.cut(name, capital, Math.min(most / 2, capital * 24));
    const wide = capital * 1.6 + ruler.width(text, capital) + gap;
    let row = rows.at(-1);
    if (row === undefined || row.width + wide - gap > most) {
      row = { items: [], width: 0 };
      rows.push(row);
    }
    row.items.push({ name: text, color, wide });
    row.width += wide;
  }
  for (const row of rows) row.width -= gap;
  return rows;
}
