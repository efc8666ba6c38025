/** Whether this browser draws without a graphics card: a picture then costs a processor's seconds. */

const NAMES = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** @returns {boolean} false where the browser does not say */
export function rendersInSoftware() {
  const context = document.createElement("canvas").getContext("webgl2");
  const info = context?.getExtension("WEBGL_debug_renderer_info");
  const name = info ? context?.getParameter(info.UNMASKED_RENDERER_WEBGL) : "";
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return NAMES.test(String(name));
}
