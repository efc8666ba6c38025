// An agent of Genkit: node genkit_agent.mjs MCP-URL MODEL-URL

import { googleAI } from "@genkit-ai/google-genai";
import { createMcpHost } from "@genkit-ai/mcp";
import { genkit } from "genkit";

const [url, baseUrl] = process.argv.slice(2);
const ai = genkit({ plugins: [googleAI({ baseUrl })] });
const mcpServers = { hello3d: { url } };
const host = createMcpHost({ name: "builder", mcpServers, multipart: true });
const tools = await host.getActiveTools(ai);
const model = googleAI.model("gemini-2.5-pro");
await ai.generate({ model, prompt: "Build", tools, maxTurns: 100 });
await host.close();
