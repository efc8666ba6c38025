/** Says line by line where things that move are: objects and times in, places of each by id out. */

import { createInterface } from "node:readline";
import { Motions } from "../../static/js/scene/motion/motions.js";
import { atServerTime } from "../../static/js/scene/motion/progress.js";
import { DrawnObjects } from "../../static/js/scene/objects/drawn_objects.js";

const all = new DrawnObjects();
const motions = new Motions(all);

for await (const line of createInterface({ input: process.stdin })) {
  const { objects, times } = JSON.parse(line);
  all.show(objects);
  motions.show(objects, null);
  const places = times.map((/** @type {number} */ seconds) => {
    motions.place(atServerTime(seconds));
    all.updateMatrixWorld(true);
    return Object.fromEntries(
      Object.keys(objects).map((id) => [id, all.at(id)?.matrixWorld.toArray()]),
    );
  });
  process.stdout.write(`${JSON.stringify(places)}\n`);
}
