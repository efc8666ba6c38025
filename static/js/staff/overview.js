/** Starts the staff's overview: the page has its first state, and goes on over the socket. */

import { reachOf } from "../net/reach.js";
import { elementById } from "../ui/elements.js";
import { openCharts } from "./charts.js";
import { ConnectionLine } from "./connection_line.js";
import { FORMATS, pick } from "./formats.js";
import { Latest } from "./latest.js";
import { SessionsFilter } from "./sessions_filter.js";
import { StaffConnection } from "./staff_connection.js";
import { showBars, showCalls, showSessions } from "./tables.js";

/**
 * @import { CallRow, Minute, Overview, View } from "./messages.js"
 * @typedef {View & { socketPath: string, hasMore: boolean, at: string, series: Minute[],
 *   calls: CallRow[] }} PageConfig
 */

/** @type {PageConfig} */
const config = JSON.parse(elementById("overview-config", HTMLElement).textContent ?? "");

class OverviewPage {
  #at = config.at;
  #charts = openCharts();
  #line = new ConnectionLine();
  #pause = elementById("pause", HTMLButtonElement);
  #latest = new Latest(config.calls, {
    overview: (overview) => this.#drawOverview(overview),
    sessions: (sessions) => {
      showSessions(sessions.sessions, this.#at);
      filter.shown(sessions);
    },
    calls: (calls) => {
      showCalls(calls);
      elementById("no-calls", HTMLElement).hidden = calls.length > 0;
    },
  });

  constructor() {
    this.#charts.show(config.series);
    this.#pause.hidden = false;
    this.#pause.addEventListener("click", () => this.#togglePause());
  }

  /** @type {import("./staff_connection.js").Listener} */
  listener = {
    connectionChanged: (state) => this.#line.show(state),
    troubleChanged: (trouble) => this.#line.trouble(trouble),
    overviewCame: (overview) => {
      this.#line.fresh();
      this.#latest.overviewCame(overview);
    },
    sessionsCame: (sessions) => this.#latest.sessionsCame(sessions),
    callsCame: (calls) => this.#latest.callsCame(calls),
    failed: (error) => this.#line.problem(error.message),
  };

  #togglePause() {
    const isPaused = this.#pause.getAttribute("aria-pressed") !== "true";
    this.#pause.setAttribute("aria-pressed", String(isPaused));
    this.#line.paused(isPaused);
    this.#latest.pause(isPaused);
  }

  /** @param {Overview} overview */
  #drawOverview(overview) {
    this.#at = overview.statistics.at;
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (
      document.querySelectorAll("[data-figure]")
    )) {
      const format = FORMATS[/** @type {keyof typeof FORMATS} */ (element.dataset.format)];
      const text = format(pick(overview, element.dataset.figure ?? ""));
      if (element.textContent !== text) element.textContent = text;
    }
    elementById("error-card", HTMLElement).dataset.level = overview.figures.errorLevel;
    showBars(overview.figures);
    this.#charts.show(overview.statistics.series);
  }
}

const page = new OverviewPage();
const url = new URL(config.socketPath, location.href.replace(/^http/, "ws")).href;
const connection = new StaffConnection({
  url,
  view: config,
  listener: page.listener,
  WebSocket: globalThis.WebSocket,
  reach: () => reachOf(url, fetch.bind(window)),
  clock: {
    now: () => Date.now(),
    setTimeout: (callback, delayMs) => setTimeout(callback, delayMs),
    clearTimeout: (timer) => clearTimeout(timer),
  },
  random: Math.random,
});
const filter = new SessionsFilter(config, (view) => connection.show(view));
addEventListener("online", () => connection.wake());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") connection.wake();
});
connection.open();
