/** What makes files of a scene, for the server and for the person: loaded when one is asked for. */

export { download } from "./downloads.js";
export { glbFile, pngFile } from "./made_files.js";
