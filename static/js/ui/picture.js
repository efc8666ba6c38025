/** Puts the views of a picture together, with their names and those of objects. */

import { drawingArea, upright } from "./jpeg.js";
import { placedLabels } from "./label_places.js";

/**
 * @import { Size } from "../scene/known_pixels.js"
 * @import { Mark } from "../scene/marks.js"
 * @import { Snapshot } from "../scene/snapshot.js"
 * @import { Rectangle } from "./label_places.js"
 *
 * @typedef {object} View
 * @property {string} title
 * @property {Snapshot} snapshot
 */

/** In views of this width and wider text is as large as it gets; and what it is at least. */
const WIDE = 640;
const TEXT_PIXELS = [11, 15];
const LONGEST_NAME = 28;
const TEXT_COLOR = "#ffffff";
const BEHIND_TEXT = "rgb(17 20 26 / 82%)";
const BEHIND_TITLE = "rgb(0 67 70 / 92%)";
const BETWEEN_VIEWS = "rgb(17 20 26)";

/**
 * @param {readonly View[]} views in reading order; there may be fewer than places
 * @param {object} arranged
 * @param {Size} arranged.size of each view
 * @param {number} arranged.columns
 * @param {number} arranged.rows
 * @param {(id: string) => string} arranged.nameOf an object
 * @returns {HTMLCanvasElement}
 */
export function composed(views, { size, columns, rows, nameOf }) {
  const area = drawingArea({ width: columns * size.width, height: rows * size.height });
  area.fillStyle = BETWEEN_VIEWS;
  area.fillRect(0, 0, area.canvas.width, area.canvas.height);
  const isOne = columns * rows === 1;
  for (const [index, { title, snapshot }] of views.entries()) {
    const left = (index % columns) * size.width;
    const top = Math.floor(index / columns) * size.height;
    area.save();
    area.translate(left, top);
    area.drawImage(upright(snapshot.pixels, size), 0, 0);
    const taken = isOne ? [] : [drawTitle(area, title, size)];
    drawNames(area, snapshot.marks, { size, nameOf, taken });
    area.restore();
    if (left > 0) area.fillRect(left - 1, top, 2, size.height);
    if (top > 0) area.fillRect(left, top - 1, size.width, 2);
  }
  return area.canvas;
}

/** @param {Size} size of a view */
function textPixels({ width, height }) {
  const [least = 0, most = 0] = TEXT_PIXELS;
  const share = Math.min(1, Math.min(width, height * 1.4) / WIDE);
  return Math.max(least, Math.round(most * share));
}

/**
 * @param {CanvasRenderingContext2D} area
 * @param {string} title
 * @param {Size} size of the view
 * @returns {Rectangle} what it covers
 */
function drawTitle(area, title, size) {
  setFont(area, textPixels(size));
  const { width, height } = sizeOfText(area, title);
  const place = { left: 6, top: 6, right: 6 + width, bottom: 6 + height };
  drawText(area, title, place, BEHIND_TITLE);
  return place;
}

/**
 * @param {CanvasRenderingContext2D} area
 * @param {readonly Mark[]} marks
 * @param {{ size: Size, nameOf: (id: string) => string, taken: Rectangle[] }} options
 */
function drawNames(area, marks, { size, nameOf, taken }) {
  setFont(area, textPixels(size));
  const nameShown = (/** @type {string} */ id) => shortened(nameOf(id));
  const sizeOf = (/** @type {string} */ id) => sizeOfText(area, nameShown(id));
  const labels = placedLabels(marks, size, sizeOf, taken);
  for (const { place, points } of labels) if (points !== null) drawLine(area, place, points);
  for (const { id, place } of labels) drawText(area, nameShown(id), place, BEHIND_TEXT);
}

/** @param {string} name */
function shortened(name) {
  const signs = [...name];
  return signs.length > LONGEST_NAME ? `${signs.slice(0, LONGEST_NAME - 1).join("")}…` : name;
}

/**
 * @param {CanvasRenderingContext2D} area
 * @param {number} pixels
 */
function setFont(area, pixels) {
  area.font = `600 ${pixels}px system-ui, "Segoe UI", "Liberation Sans", sans-serif`;
}

/**
 * @param {CanvasRenderingContext2D} area
 * @param {string} text
 * @returns {Size} with what is around it
 */
function sizeOfText(area, text) {
  const pixels = Number.parseFloat(/(\d+)px/.exec(area.font)?.[1] ?? "0");
  const around = Math.round(pixels * 0.4);
  const width = Math.ceil(area.measureText(text).width) + 2 * around;
  return { width, height: Math.round(pixels * 1.5) };
}

/**
 * @param {CanvasRenderingContext2D} area
 * @param {string} text
 * @param {Rectangle} place
 * @param {string} behind a color
 */
function drawText(area, text, { left, top, right, bottom }, behind) {
  area.save();
  area.fillStyle = behind;
  area.beginPath();
  area.roundRect(left, top, right - left, bottom - top, 3);
  area.fill();
  area.fillStyle = TEXT_COLOR;
  area.textAlign = "center";
  area.textBaseline = "middle";
  area.fillText(text, (left + right) / 2, (top + bottom) / 2 + 0.5);
  area.restore();
}

/**
 * @param {CanvasRenderingContext2D} area
 * @param {Rectangle} place
 * @param {{ x: number, y: number }} end on the object
 */
function drawLine(area, { left, top, right, bottom }, { x, y }) {
  const from = { x: Math.min(Math.max(x, left), right), y: Math.min(Math.max(y, top), bottom) };
  for (const [color, width, radius] of /** @type {const} */ ([
    [BEHIND_TEXT, 3, 3.5],
    [TEXT_COLOR, 1.25, 2],
  ])) {
    area.save();
    area.strokeStyle = color;
    area.fillStyle = color;
    area.lineWidth = width;
    area.beginPath();
    area.moveTo(from.x, from.y);
    area.lineTo(x, y);
    area.stroke();
    area.beginPath();
    area.arc(x, y, radius, 0, 2 * Math.PI);
    area.fill();
    area.restore();
  }
}
