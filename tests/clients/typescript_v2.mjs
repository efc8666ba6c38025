// A client written with the second TypeScript SDK: node typescript_v2.mjs URL [legacy|auto]

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { answerCalls } from "./answering.mjs";

const [url, mode = "legacy"] = process.argv.slice(2);
const client = new Client(
  { name: "typescript v2", version: "2.3.4" },
  { versionNegotiation: { mode } },
);
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
await answerCalls(client);
