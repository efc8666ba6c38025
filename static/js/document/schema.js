/**
 * The scene document: its kinds of entities, and where they are.
 *
 * Written by `make schema` from sessions_app/scene/document/kinds.py: change it there.
 */

/**
 * @typedef {object} Material
 * @property {string} [preset] what it is made of; other members win over it
 * @property {string} [color] its color
 * @property {number} [metalness] 0 for all else, 1 for bare metal
 * @property {number} [roughness] 0 is a mirror, 1 is dull
 * @property {number} [opacity] 0 is invisible
 * @property {number} [transmission] light through it, as through glass
 * @property {string} [emissive] the color in which it shines by itself
 * @property {number} [emissiveIntensity] how much it shines
 * @property {boolean} [flat] whether each face is shaded by itself
 * @property {boolean} [wireframe] whether only its edges are drawn
 *
 * @typedef {object} Keyframe
 * @property {number} time in seconds since the motion's start
 * @property {[number, number, number]} [position] in its parent's space, in meters
 * @property {[number, number, number]} [rotation] pitch, yaw and roll in degrees
 * @property {number} [scale] a factor of its size
 *
 * @typedef {object} ChartRow
 * @property {string} [label]
 * @property {number} value
 * @property {string} [series]
 * @property {number} [x] of a scatter
 * @property {number} [z] of a scatter in space
 *
 * @typedef {object} Motion
 * @property {number} start when it begins, in seconds of the server's clock since 1970
 * @property {number} period seconds of one cycle
 * @property {[number, number, number]} [axis] of length 1: of spin and sway along its own axes, of all else along its parent's
 * @property {number} [amount] how far in a cycle: spin, orbit and sway degrees, bounce and float meters, pulse a share
 * @property {string | [number, number, number]} [around] what it orbits: an object's id or a point of the world
 * @property {[number, number, number]} [pivot] what it turns and grows about: from its own place, along its own axes
 * @property {boolean} [turns] whether it turns with its way: in an orbit with it, on a path its front ahead
 * @property {string} [easing] how each cycle goes, of keyframes from one to the next
 * @property {string} [loop] whether a cycle leads there, or there and back
 * @property {number} [times] how many cycles; 0 is for ever
 * @property {[number, number, number][]} [points] what a path leads through from its place, at most 100 in its parent's space
 * @property {Keyframe[]} [frames] keyframes by time in seconds: position in its parent's space, rotation in degrees, scale as a factor
 *
 * @typedef {object} Animation
 * @property {Motion} [spin] turns about an axis of its own
 * @property {Motion} [orbit] goes round an object or a point
 * @property {Motion} [bounce] jumps
 * @property {Motion} [float] rises and sinks gently
 * @property {Motion} [pulse] grows and shrinks
 * @property {Motion} [sway] swings from side to side
 * @property {Motion} [path] goes through points
 * @property {Motion} [keyframes] is at each time as that keyframe says
 *
 * @typedef {object} Arrangement
 * @property {string} pattern a row, a grid, a circle or scattered
 * @property {number} count how many copies
 * @property {number} [gap] between the boxes of neighbors
 * @property {number} [spacing] from middle to middle
 * @property {string} [axis] that of a row
 * @property {number} [columns] those of a grid
 * @property {number} [radius] of a circle, or of a disk
 * @property {number} [arc] the degrees that a circle goes round
 * @property {number} [rise] from copy to copy of a circle, upward
 * @property {[number, number]} [area] the width and depth in which they are scattered
 * @property {string} [facing] whether fronts look out or in
 * @property {number} [variation] of 0.2, they are 0.8 to 1.2 times as large
 * @property {number} [seed] of what is random
 *
 * @typedef {object} Environment
 * @property {string[]} background a color, or those of the top and the bottom
 * @property {string} light the light of all around
 * @property {number} lightIntensity how strong that is
 * @property {number} ambient even light from all sides
 * @property {string} tone the tone curve
 * @property {string} floor none, shadow, grid or a color; it lies at y = 0
 * @property {{ color: string, near: number, far: number } | null} fog its color, and where it begins and hides all
 * @property {number} exposure how bright the picture is
 * @property {boolean} shadows whether lights cast shadows
 *
 * @typedef {object} Entity
 * @property {string} kind one of those in the schema
 * @property {string} name its handle, unique in the scene
 * @property {string | null} [parent] the id of the object that it belongs to; none is the world
 * @property {[number, number, number]} position in its parent's space, in meters: of a solid its center, of a group the middle of its base, of a light or camera its place
 * @property {string[]} [tags] words by which it is found: #wheel
 * @property {boolean} [visible] whether it is drawn
 * @property {Animation} [animation] how it moves, by motion
 * @property {string} [locked] who locked it; nobody changes it, or what belongs to it, then
 * @property {string | [number, number, number]} [aim] what it looks at: an object's id or a point of the world
 * @property {number} [fov] the vertical field of view, in degrees
 * @property {boolean} [fitted] whether its place follows the box of all visible objects
 * @property {string} [color] the color of its light
 * @property {number} [intensity] how strong it is; 0 is off
 * @property {[number, number] | [number, number, number]} [size] in meters: width, height and depth along its own axes; of a light, width and height
 * @property {number} [angle] half of its cone, in degrees
 * @property {[number, number, number]} [rotation] pitch, yaw and roll in degrees, order YXZ
 * @property {boolean} [floating] whether it is meant to touch nothing
 * @property {Record<string, string>} [contact] by relation, the id of what it is meant to touch
 * @property {Arrangement} [arrangement] where its copies are; what belongs to it is drawn as these alone
 * @property {[number, number, number, number, number, number]} [bounds] the lowest and the highest corner of what is repeated, in its own space, by which copies are arranged
 * @property {Record<string, string | null>} [without] by index, the id of each copy that was taken out; null where that was removed
 * @property {Material} [material] what its surface is like
 * @property {string} [chart] what its rows are drawn as
 * @property {ChartRow[]} [rows] label, value, series, x and z of each
 * @property {string} [title] what it says above
 * @property {string} [xTitle] what its labels are
 * @property {string} [yTitle] what its values are
 * @property {[number, number, number][] | [number, number][]} [points] what describes its shape, from its center along its own axes: [x, y, z] of a tube, [radius, height] of a lathe, [x, y] of an extrude
 * @property {number} [bevel] how wide its edges are beveled
 * @property {number} [radius] of its cross-section
 * @property {boolean} [closed] whether it leads back to its first point
 * @property {string} [prop] which one it is: its name
 * @property {string} [form] which of its forms; without, its usual one
 * @property {string} [text] what it says
 * @property {string} [asset] the id of its file: /assets/<id>
 *
 * @typedef {object} SceneDocument
 * @property {2} version
 * @property {string} [name] what the scene is called; none was given where it is missing
 * @property {string} start the start that it came from
 * @property {number} next the number of the next new id
 * @property {string | null} camera the id of the active camera
 * @property {Record<string, Entity>} objects by id
 * @property {Environment} environment
 */

export const SCHEMA = {
  version: 2,
  kinds: {
    "box sphere cylinder cone torus plane capsule ring bust": {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
    },
    model: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      asset: "text",
    },
    text: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      text: "text",
    },
    prop: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      prop: "text",
      form: "text?",
    },
    tube: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      points: "line",
      radius: "number",
      closed: "flag?",
    },
    lathe: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      points: "profile",
    },
    extrude: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      points: "outline",
      bevel: "number?",
    },
    chart: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      size: "number[3]",
      material: "material?",
      chart: "choice",
      rows: "rows",
      title: "text?",
      xTitle: "text?",
      yTitle: "text?",
    },
    group: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
    },
    pattern: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      rotation: "number[3]?",
      floating: "flag?",
      contact: "contact?",
      arrangement: "arrangement",
      bounds: "number[6]",
      without: "without?",
    },
    directional_light: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      color: "color?",
      intensity: "number?",
      aim: "aim?",
    },
    point_light: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      color: "color?",
      intensity: "number?",
    },
    spot_light: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      color: "color?",
      intensity: "number?",
      aim: "aim?",
      angle: "number?",
    },
    area_light: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      color: "color?",
      intensity: "number?",
      aim: "aim?",
      size: "number[2]?",
      fitted: "flag?",
    },
    hemisphere_light: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      color: "color?",
      intensity: "number?",
    },
    camera: {
      name: "text",
      parent: "id?",
      position: "number[3]",
      tags: "tags?",
      visible: "flag?",
      animation: "animation?",
      locked: "text?",
      aim: "aim?",
      fov: "number?",
      fitted: "flag?",
    },
    material: {
      preset: "choice?",
      color: "color?",
      metalness: "number?",
      roughness: "number?",
      opacity: "number?",
      transmission: "number?",
      emissive: "color?",
      emissiveIntensity: "number?",
      flat: "flag?",
      wireframe: "flag?",
    },
    arrangement: {
      pattern: "choice",
      count: "integer",
      gap: "number?",
      spacing: "number?",
      axis: "choice?",
      columns: "integer?",
      radius: "number?",
      arc: "number?",
      rise: "number?",
      area: "number[2]?",
      facing: "choice?",
      variation: "number?",
      seed: "integer?",
    },
    animation: {
      spin: "motion?",
      orbit: "motion?",
      bounce: "motion?",
      float: "motion?",
      pulse: "motion?",
      sway: "motion?",
      path: "motion?",
      keyframes: "motion?",
    },
    motion: {
      start: "number",
      period: "number",
      axis: "number[3]?",
      amount: "number?",
      around: "aim?",
      pivot: "number[3]?",
      turns: "flag?",
      easing: "choice?",
      loop: "choice?",
      times: "number?",
      points: "points?",
      frames: "frames?",
    },
    environment: {
      background: "colors",
      light: "choice",
      lightIntensity: "number",
      ambient: "number",
      tone: "choice",
      floor: "floor",
      fog: "fog",
      exposure: "number",
      shadows: "flag",
    },
  },
  places: {
    name: "=text?",
    start: "=choice",
    next: "=number",
    camera: "=id",
    objects: {
      "*": "*",
    },
    environment: "environment",
  },
};
