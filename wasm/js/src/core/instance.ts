// The parts that the two modules of the core, that for requests and that for the operator, have in common.

import { jsonOf } from "./json.js";
import { type Settings, SettingsError } from "./settings.js";
import { guarded } from "./trap.js";
import type { WasmModule } from "./wasm.js";

/** One request or command in the core. {@link free} it when it is done, also after an error. */
export interface Decision {
  /** Returns the JSON of the next step. Takes the JSON of the reply to the call before, if there was one. */
  step(reply?: string): string;
  free(): void;
}

/** Either module as wasm-bindgen gives it, once it is instantiated. `Checked` are settings in the wasm's memory. */
export interface InstanceBindings<Checked> {
  Settings: new (json: string) => Checked;
}

/** A wasm instance that is replaced when it traps; what was under way in it throws. */
export interface Instance<Checked> {
  use<Result>(call: () => Result): Result;
  /** Returns what calls with a string alone. Anything else, in the wasm, would be a trap. */
  ofText<Result>(call: (text: string) => Result): (text: string) => Result;
  /** Begins a decision, which belongs to the instance of now. */
  begin(make: () => Decision): Decision;
  /**
   * Returns what gives these settings to each instance in turn.
   *
   * Throws a {@link SettingsError} if the core refuses them.
   */
  checked(settings: Settings): () => Checked;
}

type Exports = Record<string, unknown> & { memory: { grow(pages: number): number }; __wbindgen_start(): void };

// A global that not every set of types declares.
declare const WebAssembly: {
  instantiate(module: WasmModule, imports: object): Promise<{ exports: Exports }>;
  Instance: new (module: WasmModule, imports: object) => { exports: Exports };
  Module: { imports(module: WasmModule): [{ module: string }] };
};

/** Puts an instance of the module behind its bindings. Returns what puts a new one in the place of the last. */
export async function instantiate(bindings: object, module: WasmModule): Promise<() => void> {
  // The types that wasm-bindgen writes have the Rust's exports alone.
  const { __wbg_set_wasm } = bindings as { __wbg_set_wasm(exports: Exports): void };
  const [{ module: name }] = WebAssembly.Module.imports(module);
  const imports = { [name]: bindings };
  let { exports } = await WebAssembly.instantiate(module, imports);
  const begin = () => {
    __wbg_set_wasm(withoutLateFrees(exports));
    exports.__wbindgen_start();
  };
  begin();
  return () => {
    // Detaches the bytes of which the bindings keep a view.
    exports.memory.grow(0);
    ({ exports } = new WebAssembly.Instance(module, imports));
    begin();
  };
}

/**
 * The bindings free what is no longer reachable, and may do so when the instance that it was in is gone: in a newer one its
 * address is somebody else's. So nothing is freed but by {@link Decision.free}.
 */
function withoutLateFrees(exports: Exports): Exports {
  const free = /^__wbg_.*_free$/;
  const checked = (value: unknown) => (address: number, isLate: number) =>
    isLate ? undefined : (value as (...args: number[]) => void)(address, isLate);
  const entries = Object.entries(exports).map(([name, value]) => [name, free.test(name) ? checked(value) : value]);
  return Object.fromEntries(entries) as Exports;
}

/** Returns the instance behind bindings that are ready. `replace` puts a new one in its place. */
export function instanceOver<Checked>(bindings: InstanceBindings<Checked>, replace: () => void): Instance<Checked> {
  let generation = 0;
  /** The settings that this instance has, by their JSON. They live as long as it does. */
  const settingsByJson = new Map<string, Checked>();
  const use = <Result>(call: () => Result, Refusal?: typeof SettingsError) =>
    guarded(
      call,
      () => {
        generation += 1;
        settingsByJson.clear();
        replace();
      },
      Refusal,
    );

  return {
    use,

    ofText: (call) => (text) => {
      requireText(text);
      return use(() => call(text));
    },

    begin(make) {
      const decision = use(make);
      const born = generation;
      return {
        step: (reply) => {
          if (born !== generation) throw new Error("the decision is stale: its wasm instance trapped");
          if (reply !== undefined) requireText(reply);
          return use(() => decision.step(reply));
        },
        free: () => {
          if (born === generation) decision.free();
        },
      };
    },

    checked(settings) {
      const json = jsonOf(settings);
      const current = () => {
        const checked = settingsByJson.get(json) ?? use(() => new bindings.Settings(json), SettingsError);
        settingsByJson.set(json, checked);
        return checked;
      };
      current();
      return current;
    },
  };
}

function requireText(text: unknown): void {
  if (typeof text !== "string") throw new TypeError("the argument must be a string");
}
