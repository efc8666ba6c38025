/** A chat around a view: a small host on the official bridge; the test speaks for its server. */

import { AppBridge, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

/** @type {any} the test's own functions, and what it calls */
const test = globalThis;
const frame = /** @type {HTMLIFrameElement} */ (document.querySelector("iframe"));
const view = /** @type {Window} */ (frame.contentWindow);
/** @type {[string, unknown][]} what the view has asked of the chat */
const heard = [];
const note = (/** @type {string} */ what) => async (/** @type {unknown} */ params) => {
  heard.push([what, params]);
  return {};
};
/** @type {AppBridge} */
let bridge;

/** @param {{ sandbox: string, html: string, csp: any, context: any, refuses: boolean }} options */
async function openView({ sandbox, html, csp, context, refuses }) {
  const capabilities = { openLinks: {}, serverTools: {}, message: { text: {} } };
  const hostContext = { hostContext: context };
  bridge = new AppBridge(null, { name: "test host", version: "1.0" }, capabilities, hostContext);
  bridge.oncalltool = async (params) => JSON.parse(await test.callServer(JSON.stringify(params)));
  bridge.onopenlink = refuses ? async () => ({ isError: true }) : note("link");
  bridge.onmessage = refuses ? async () => ({ isError: true }) : note("message");
  bridge.onrequestdisplaymode = async ({ mode }) => {
    bridge.setHostContext({ ...context, displayMode: mode });
    return { mode };
  };
  bridge.onsizechange = ({ height }) => {
    frame.style.height = `${height}px`;
  };
  const ready = new Promise((resolve) => bridge.addEventListener("sandboxready", resolve));
  const initialized = new Promise((resolve) => bridge.addEventListener("initialized", resolve));
  await bridge.connect(new PostMessageTransport(view, view));
  frame.src = sandbox;
  await ready;
  await bridge.sendSandboxResourceReady({ html, csp });
  await initialized;
  await bridge.sendToolInput({ arguments: {} });
}

Object.assign(test, {
  openView,
  heard,
  sendResult: (/** @type {any} */ result) => bridge.sendToolResult(result),
  setContext: (/** @type {any} */ context) => bridge.setHostContext(context),
  tearDown: () => bridge.teardownResource({}),
});
