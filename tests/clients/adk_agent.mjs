// An agent of Google's Agent Development Kit for JavaScript: node adk_agent.mjs MCP-URL MODEL-URL

import { Gemini, InMemoryRunner, LlmAgent, MCPToolset } from "@google/adk";

const [url, modelUrl] = process.argv.slice(2);
process.env.GOOGLE_GEMINI_BASE_URL = modelUrl;
const toolset = new MCPToolset({ type: "StreamableHTTPConnectionParams", url });
const model = new Gemini({ model: "gemini-2.5-pro" });
const agent = new LlmAgent({ name: "builder", model, tools: [toolset] });
const runner = new InMemoryRunner({ agent, appName: "app" });
const session = await runner.sessionService.createSession({ appName: "app", userId: "one" });
const newMessage = { role: "user", parts: [{ text: "Build" }] };
for await (const _ of runner.runAsync({ userId: "one", sessionId: session.id, newMessage })) {
  // The runner goes on only while its events are taken.
}
