declare module "*.wasm" {
  const module: import("./loader.js").WasmModule;
  export default module;
}

declare module "*.wasm?module" {
  const module: import("./loader.js").WasmModule;
  export default module;
}
