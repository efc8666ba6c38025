// An agent of LangChain for JavaScript: node langchain_agent.mjs MCP-URL MODEL-URL

import { MultiServerMCPClient } from "@langchain/mcp-adapters";
import { ChatOpenAI } from "@langchain/openai";
import { createAgent } from "langchain";

const [url, modelUrl] = process.argv.slice(2);
const client = new MultiServerMCPClient({ hello3d: { transport: "http", url } });
const model = new ChatOpenAI({ model: "scripted", configuration: { baseURL: `${modelUrl}/v1` } });
const agent = createAgent({ model, tools: await client.getTools() });
await agent.invoke({ messages: [["user", "Build"]] }, { recursionLimit: 100 });
await client.close();
