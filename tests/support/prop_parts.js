/** Says line by line which parts the page makes of a prop: its name, form and size in, the parts out. */

import { createInterface } from "node:readline";
import { partsOf } from "../../static/js/scene/props/parts.js";

for await (const line of createInterface({ input: process.stdin })) {
  const [prop, form, size] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(partsOf(prop, form, size))}\n`);
}
