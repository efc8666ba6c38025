/** The tables that area lights need: 250 kB, so a module of its own, loaded where there is one. */

import { RectAreaLightUniformsLib } from "three/addons/lights/RectAreaLightUniformsLib.js";

RectAreaLightUniformsLib.init();
