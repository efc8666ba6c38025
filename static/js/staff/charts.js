/** The two charts of the last hour, in the colors of the page's theme. */

import uPlot from "uplot";
import {
  axisWidth,
  callMarks,
  clockMarks,
  durationMarks,
  loneIndexes,
  minutesRange,
  valuesRange,
} from "./axes.js";
import {
  callsInWords,
  callsReading,
  durationsInWords,
  durationsReading,
  toColumns,
} from "./series.js";

/**
 * @import { Minute } from "./messages.js"
 * @import { Column } from "./series.js"
 */

const HEIGHT = 190;
const AXIS_FONT = "12px system-ui, sans-serif";
const paths = uPlot.paths.bars?.({ size: [0.72, 14], radius: 0.25 });
const BARS = { ...(paths && { paths }), width: 0, points: { show: false } };
const DOT_SIZES = [9, 5]; // where both stand in one place, both are seen

class Chart {
  /** @type {Minute[]} */
  #series = [];
  #plot;
  #figure;
  #box;
  #columns;
  #summary;
  #none;

  /**
   * @param {string} id of its figure
   * @param {Column[]} columns
   * @param {"bars" | "lines"} drawn
   * @param {{ reading: (minute: Minute) => string, summary: (series: Minute[]) => string,
   *   marks: (splits: number[]) => string[] }} words
   */
  constructor(id, columns, drawn, { reading, summary, marks }) {
    this.#figure = /** @type {HTMLElement} */ (document.getElementById(id));
    this.#box = /** @type {HTMLElement} */ (this.#figure.querySelector(".plot"));
    this.#columns = columns;
    this.#summary = summary;
    this.#none = /** @type {HTMLElement} */ (this.#figure.querySelector(".plot-none"));
    const output = /** @type {HTMLElement} */ (this.#figure.querySelector(".reading"));
    const color = (/** @type {Column} */ column) => this.#colorOf(column);
    this.#plot = new uPlot(
      {
        width: this.#box.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        legend: { show: false },
        cursor: { y: false, points: { size: 7 }, drag: { x: false, y: false } },
        scales: {
          x: { range: (_, first, last) => minutesRange(first, last) },
          y: { range: (_, __, highest) => valuesRange(highest) },
        },
        axes: [
          this.#axis({ values: (_, splits) => clockMarks(splits), space: 64, size: 30 }),
          this.#axis({
            values: (_, splits) => marks(splits),
            size: (_, shown) => axisWidth(shown),
            space: 36,
          }),
        ],
        series: [
          {},
          ...columns.map((column, index) => ({
            stroke: () => color(column),
            ...(drawn === "bars"
              ? { fill: () => color(column), ...BARS }
              : { width: 2, points: loneDots(DOT_SIZES[index] ?? 5, () => color(column)) }),
          })),
        ],
        hooks: {
          setCursor: [
            ({ cursor }) => {
              const minute = cursor.idx == null ? undefined : this.#series[cursor.idx];
              output.textContent = minute ? reading(minute) : "";
            },
          ],
        },
      },
      [[], ...columns.map(() => [])],
      this.#box,
    );
    new ResizeObserver(() => this.#fit()).observe(this.#box);
  }

  /** @param {Minute[]} series */
  show(series) {
    this.#series = series;
    this.#plot.setData(
      /** @type {uPlot.AlignedData} */ (/** @type {unknown} */ (toColumns(series, this.#columns))),
    );
    this.#none.hidden = series.some((minute) => this.#columns.some((column) => minute[column]));
    const words = this.#summary(series);
    if (this.#box.getAttribute("aria-label") !== words) this.#box.setAttribute("aria-label", words);
  }

  /** The theme has changed. */
  recolor() {
    this.#plot.redraw(false, true);
  }

  #fit() {
    const width = this.#box.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  /** @param {Column} column */
  #colorOf(column) {
    const swatch = this.#figure.querySelector(`[data-series="${column}"]`);
    return swatch ? getComputedStyle(swatch).backgroundColor : "gray";
  }

  /**
   * @param {uPlot.Axis} axis
   * @returns {uPlot.Axis}
   */
  #axis(axis) {
    const line = { stroke: () => getComputedStyle(this.#box).borderTopColor, width: 1 };
    return {
      font: AXIS_FONT,
      stroke: () => getComputedStyle(this.#box).color,
      grid: line,
      ticks: { ...line, size: 4 },
      ...axis,
    };
  }
}

/**
 * @param {number} size
 * @param {() => string} fill
 * @returns {uPlot.Series.Points} a dot for each minute that no line leads to
 */
const loneDots = (size, fill) => ({
  size,
  width: 0,
  fill,
  show: false,
  filter: (plot, index) => loneIndexes(/** @type {(number | null)[]} */ (plot.data[index] ?? [])),
});

/** @returns {{ show: (series: Minute[]) => void }} */
export function openCharts() {
  const charts = [
    new Chart("calls-chart", ["calls", "errors"], "bars", {
      reading: callsReading,
      summary: callsInWords,
      marks: callMarks,
    }),
    new Chart("durations-chart", ["p95Ms", "p50Ms"], "lines", {
      reading: durationsReading,
      summary: durationsInWords,
      marks: durationMarks,
    }),
  ];
  const recolor = () => {
    for (const chart of charts) chart.recolor();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolor);
  new MutationObserver(recolor).observe(document.documentElement, {
    attributeFilter: ["data-theme"],
  });
  return {
    show: (series) => {
      for (const chart of charts) chart.show(series);
    },
  };
}
