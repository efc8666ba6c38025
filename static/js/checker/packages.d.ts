/** The parts that the checker uses of packages that bring no types. */
declare module "draco3dgltf/draco_decoder_gltf.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "draco3dgltf/draco_decoder_gltf_nodejs.js" {
  export default function create(options: { wasmBinary: Uint8Array }): Promise<unknown>;
}
declare module "draco3dgltf" {
  const draco3d: { createEncoderModule(): Promise<unknown> };
  export default draco3d;
}
