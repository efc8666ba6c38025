/** Says line by line where three.js draws what: objects in, the bounds of each by id out. */

import { createInterface } from "node:readline";
import { Box3 } from "three";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

for await (const line of createInterface({ input: process.stdin })) {
  const objects = JSON.parse(line);
  const all = new DrawnObjects();
  all.show(objects);
  all.updateMatrixWorld(true);
  const bounds = Object.keys(objects).map((id) => {
    const { min, max } = new Box3().setFromObject(/** @type {any} */ (all.at(id)), true);
    return [id, [min.toArray(), max.toArray()]];
  });
  process.stdout.write(`${JSON.stringify(Object.fromEntries(bounds))}\n`);
}
