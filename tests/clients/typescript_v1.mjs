// A client written with the first TypeScript SDK: node typescript_v1.mjs URL

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { answerCalls } from "./answering.mjs";

const client = new Client({ name: "typescript v1", version: "1.2.3" });
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2])));
await answerCalls(client);
