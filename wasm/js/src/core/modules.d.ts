declare module "*.wasm" {
  const module: import("./wasm.js").WasmModule;
  export default module;
}

declare module "*.wasm?module" {
  const module: import("./wasm.js").WasmModule;
  export default module;
}
