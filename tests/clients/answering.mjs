// What the scripts here share: calls come in on stdin and results go out on stdout, a JSON line each.

import { createInterface } from "node:readline";

/**
 * List the tools, as chats do (from then on the SDK checks each result against its schema), then
 * make each call that stdin names, one after the other, until stdin ends.
 *
 * @param {{ listTools: Function, callTool: Function, close: Function }} client of either SDK
 */
export async function answerCalls(client) {
  await client.listTools();
  for await (const line of createInterface({ input: process.stdin })) {
    const { name, arguments: given } = JSON.parse(line);
    const result = await client.callTool({ name, arguments: given });
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
  await client.close();
}
