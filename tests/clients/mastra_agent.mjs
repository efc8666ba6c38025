// An agent of Mastra: node mastra_agent.mjs MCP-URL MODEL-URL

import { Agent } from "@mastra/core/agent";
import { MCPClient } from "@mastra/mcp";

const [url, modelUrl] = process.argv.slice(2);
process.env.OPENAI_BASE_URL = `${modelUrl}/v1`;
const client = new MCPClient({ servers: { hello3d: { url: new URL(url) } } });
const tools = await client.listTools();
const about = { id: "builder", name: "builder", instructions: "Build" };
const agent = new Agent({ ...about, model: "openai/gpt-5", tools });
await agent.generate("Build", { maxSteps: 100 });
await client.disconnect();
