/** The chat around this view: JSON-RPC by `postMessage`, as MCP Apps 2026-01-26 has it. */

/**
 * @typedef {object} HostContext what the chat says of itself; it sends what has changed
 * @property {"light" | "dark"} [theme]
 * @property {{ variables?: Record<string, string | undefined> }} [styles]
 * @property {string} [displayMode]
 * @property {string[]} [availableDisplayModes]
 * @property {{ height?: number, maxHeight?: number, width?: number, maxWidth?: number }} [containerDimensions]
 * @property {{ top: number, right: number, bottom: number, left: number }} [safeAreaInsets]
 *
 * @typedef {object} ToolResult
 * @property {boolean} [isError]
 * @property {Record<string, any>} [structuredContent]
 * @property {{ type: string, text?: string }[]} [content]
 * @property {Record<string, any>} [_meta]
 *
 * @typedef {{ jsonrpc: "2.0", id?: number | string, method?: string, params?: any, result?: any, error?: { code: number, message: string } }} Message
 * @typedef {(params: any) => unknown} Handler
 */

const VERSION = "2026-01-26";
const NO_SUCH_METHOD = -32601;
/** A call waits up to 20 s at the server, and on its way through the chat. */
const ANSWER_WITHIN_MS = 45_000;
const MODES = ["inline", "fullscreen", "pip"];

export class Host {
  #handlers;
  #lastId = 0;
  /** @type {Map<number | string, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {Record<string, Handler>} handlers of what the chat sends, by method */
  constructor(handlers) {
    this.#handlers = handlers;
    addEventListener("message", ({ source, data }) => {
      if (source === parent && data?.jsonrpc === "2.0") this.#receive(data);
    });
  }

  /** @returns {Promise<HostContext>} */
  async open() {
    const { hostContext } = await this.request("ui/initialize", {
      appInfo: { name: "hello3d-view", version: "1.0.0" },
      appCapabilities: { availableDisplayModes: MODES },
      protocolVersion: VERSION,
    });
    this.notify("ui/notifications/initialized", {});
    return hostContext ?? {};
  }

  /**
   * @param {string} name of a tool of the view's own server
   * @param {Record<string, unknown>} args
   * @returns {Promise<ToolResult>}
   */
  callTool(name, args) {
    return this.request("tools/call", { name, arguments: args });
  }

  /** @param {string} text becomes a message of the person, once they agree */
  async say(text) {
    const content = [{ type: "text", text }];
    const { isError } = await this.request("ui/message", { role: "user", content });
    if (isError) throw new Error("The chat has refused the message.");
  }

  /** @param {string} url */
  async openLink(url) {
    const { isError } = await this.request("ui/open-link", { url });
    if (isError) throw new Error("The chat has refused the link.");
  }

  /** @param {string} mode */
  changeMode(mode) {
    return this.request("ui/request-display-mode", { mode });
  }

  /**
   * @param {string} method
   * @param {object} params
   */
  notify(method, params) {
    this.#send({ jsonrpc: "2.0", method, params });
  }

  /**
   * @param {string} method
   * @param {object} params
   * @returns {Promise<any>}
   * @throws {Error} where the chat refuses it, or does not answer in time
   */
  request(method, params) {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`The chat has not answered ${method}.`));
      }, ANSWER_WITHIN_MS);
      const settled =
        (/** @type {(value: any) => void} */ settle) => (/** @type {any} */ value) => {
          clearTimeout(timer);
          settle(value);
        };
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      this.#send({ jsonrpc: "2.0", id, method, params });
    });
  }

  /** @param {Message} message */
  #receive({ id, method, params, result, error }) {
    if (method !== undefined) {
      void this.#handle(id, method, params);
      return;
    }
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result ?? {});
    else waiting.reject(new Error(error.message));
  }

  /**
   * @param {number | string | undefined} id of a request; a notification has none
   * @param {string} method
   * @param {any} params
   */
  async #handle(id, method, params) {
    const handler = this.#handlers[method];
    const result = await handler?.(params ?? {});
    if (id === undefined) return;
    if (handler) this.#send({ jsonrpc: "2.0", id, result: result ?? {} });
    else {
      const error = { code: NO_SUCH_METHOD, message: `The view has no ${method.slice(0, 100)}` };
      this.#send({ jsonrpc: "2.0", id, error });
    }
  }

  /** @param {Message} message */
  #send(message) {
    parent.postMessage(message, "*"); // whose origin is, is the chat's own business
  }
}
