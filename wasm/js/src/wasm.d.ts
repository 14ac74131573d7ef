declare module "*.wasm" {
  const module: import("./loader.js").WasmModule;
  export default module;
}
