/** Starts the staff's overview: the page has its first state, and goes on over the socket. */

import { elementById } from "../ui/elements.js";
import { mergeCalls } from "./call_stream.js";
import { openCharts } from "./charts.js";
import { ConnectionLine } from "./connection_line.js";
import { FORMATS, pick } from "./formats.js";
import { SessionsFilter } from "./sessions_filter.js";
import { StaffConnection } from "./staff_connection.js";
import { showBars, showCalls, showSessions } from "./tables.js";

/**
 * @import { CallRow, Minute, Overview, SessionsMessage, View } from "./messages.js"
 * @typedef {View & { socketPath: string, hasMore: boolean, at: string, series: Minute[],
 *   calls: CallRow[] }} PageConfig
 */

/** @type {PageConfig} */
const config = JSON.parse(elementById("overview-config", HTMLElement).textContent ?? "");

class OverviewPage {
  /** @type {{ overview?: Overview, sessions?: SessionsMessage, calls: CallRow[] }} */
  #latest = { calls: config.calls };
  #at = config.at;
  #isPaused = false;
  #charts = openCharts();
  #line = new ConnectionLine();
  #pause = elementById("pause", HTMLButtonElement);

  constructor() {
    this.#charts.show(config.series);
    this.#pause.hidden = false;
    this.#pause.addEventListener("click", () => this.#togglePause());
  }

  /** @type {import("./staff_connection.js").Listener} */
  listener = {
    connectionChanged: (state) => this.#line.show(state),
    overviewCame: (overview) => {
      this.#latest.overview = overview;
      this.#line.fresh();
      this.#draw(() => this.#drawOverview());
    },
    sessionsCame: (sessions) => {
      this.#latest.sessions = sessions;
      this.#draw(() => this.#drawSessions());
    },
    callsCame: (calls) => {
      this.#latest.calls = mergeCalls(this.#latest.calls, calls);
      this.#draw(() => this.#drawCalls());
    },
    failed: (error) => this.#line.problem(error.message),
  };

  /** @param {() => void} draw */
  #draw(draw) {
    if (!this.#isPaused) draw();
  }

  #togglePause() {
    this.#isPaused = !this.#isPaused;
    this.#pause.setAttribute("aria-pressed", String(this.#isPaused));
    this.#line.paused(this.#isPaused);
    if (this.#isPaused) return;
    this.#drawOverview();
    this.#drawSessions();
    this.#drawCalls();
  }

  #drawOverview() {
    const { overview } = this.#latest;
    if (!overview) return;
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
    this.#drawSessions(); // how long ago their calls were
  }

  #drawSessions() {
    const { sessions } = this.#latest;
    if (!sessions) return;
    showSessions(sessions.sessions, this.#at);
    filter.shown(sessions);
  }

  #drawCalls() {
    showCalls(this.#latest.calls);
    elementById("no-calls", HTMLElement).hidden = this.#latest.calls.length > 0;
  }
}

const page = new OverviewPage();
const connection = new StaffConnection({
  url: new URL(config.socketPath, location.href.replace(/^http/, "ws")).href,
  view: config,
  listener: page.listener,
  WebSocket,
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
