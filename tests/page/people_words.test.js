import assert from "node:assert/strict";
import { test } from "node:test";
import { COLORS, colorOf, hereWords, initialsOf, nameOf } from "../../static/js/ui/people_words.js";

/** @param {string} hex @returns {number[]} linear, from 0 to 1 */
const linear = (hex) =>
  [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });

/** @param {string} hex as WCAG 2.2 has it */
function luminance(hex) {
  const [red = 0, green = 0, blue = 0] = linear(hex);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} other */
function contrast(one, other) {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Of Machado, Oliveira and Fernandes (2009), for nobody, and for those without one kind of cone. */
const SIGHTS = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
];

/** @param {string} hex @param {number[][]} sight @returns {number[]} in CIELAB */
function seen(hex, sight) {
  const rgb = linear(hex);
  const times = (/** @type {number[][]} */ matrix, /** @type {number[]} */ vector) =>
    matrix.map((row) => row.reduce((sum, each, at) => sum + each * (vector[at] ?? 0), 0));
  const toXyz = [
    [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
    [0.2126, 0.7152, 0.0722],
    [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
  ];
  const clipped = times(sight, rgb).map((each) => Math.min(1, Math.max(0, each)));
  const [x = 0, y = 0, z = 0] = times(toXyz, clipped).map((each) =>
    each > 0.008856 ? Math.cbrt(each) : 7.787 * each + 16 / 116,
  );
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test("whatever colors one sees, people's are told apart, and what is written on them is read", () => {
  for (const { fill, ink } of COLORS) assert.ok(contrast(fill, ink) >= 4.5, fill);
  for (const sight of SIGHTS) {
    for (const [at, { fill }] of COLORS.entries()) {
      for (const { fill: other } of COLORS.slice(at + 1)) {
        const [one, two] = [seen(fill, sight), seen(other, sight)];
        const away = Math.hypot(...one.map((each, index) => each - (two[index] ?? 0)));
        assert.ok(away > 12, `${fill} and ${other}: ${away}`);
      }
    }
  }
});

test("people are called by their names, or by their numbers", () => {
  const person = (/** @type {string} */ name, number = 2) => ({ id: "p", name, number });
  assert.equal(nameOf(person("")), "Guest 2");
  assert.equal(nameOf(person("Ada")), "Ada");
  const initials = {
    "Ada Lovelace": "AL",
    "ada b. lovelace": "AL",
    "(Ada)": "A",
    Ωmega: "Ω",
    クロード: "ク",
    "": "2",
    "!?": "2",
  };
  for (const [name, expected] of Object.entries(initials)) {
    assert.equal(initialsOf(person(name)), expected, name);
  }
  assert.equal(colorOf(person("", 1)), COLORS[0]);
  assert.equal(colorOf(person("", COLORS.length + 1)), COLORS[0]);
});

test("who is here is counted in words", () => {
  assert.equal(hereWords(1, 0), "1 person is here");
  assert.equal(hereWords(2, 0), "2 people are here");
  assert.equal(hereWords(1, 1), "1 person and 1 AI client are here");
});
