// The parts that the two modules of the core, that for requests and that for the operator, have in common.

import { jsonOf } from "./json.js";
import { type Settings, SettingsError } from "./settings.js";
import { guarded } from "./trap.js";

/** One request or command in the core. {@link free} it when it is done, also after an error. */
export interface Decision {
  /** Returns the JSON of the next step. Takes the JSON of the reply to the call before, if there was one. */
  step(reply?: string): string;
  free(): void;
}

/** Either module as wasm-bindgen gives it, once it is instantiated. `Checked` are settings in the wasm's memory. */
export interface InstanceBindings<Checked> {
  Settings: new (json: string) => Checked;
  /** Puts a new instance in the place of this one. */
  __wbg_reset_state(): void;
}

/** A wasm instance that is replaced when it traps; what was under way in it throws. */
export interface Instance<Checked> {
  use<Result>(call: () => Result): Result;
  /** Begins a decision, which belongs to the instance of now. */
  begin(make: () => Decision): Decision;
  /**
   * Returns what gives these settings to each instance in turn.
   *
   * Throws a {@link SettingsError} if the core refuses them.
   */
  checked(settings: Settings): () => Checked;
}

/** Returns the instance behind bindings that are ready. */
export function instanceOver<Checked>(bindings: InstanceBindings<Checked>): Instance<Checked> {
  let generation = 0;
  const use = <Result>(call: () => Result) =>
    guarded(call, () => {
      generation += 1;
      bindings.__wbg_reset_state();
    });

  return {
    use,

    begin(make) {
      const decision = use(make);
      const born = generation;
      return {
        step: (reply) => use(() => decision.step(reply)),
        // In a newer instance its address is somebody else's.
        free: () => {
          if (born === generation) decision.free();
        },
      };
    },

    checked(settings) {
      const json = jsonOf(settings);
      const make = () => ({ born: generation, settings: use(() => new bindings.Settings(json)) });
      let made = refusable(make);
      return () => {
        if (made.born !== generation) made = make();
        return made.settings;
      };
    },
  };
}

/** Makes an error of what the wasm refuses on purpose, which it throws as a string. */
function refusable<Result>(make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    throw typeof error === "string" ? new SettingsError(error) : error;
  }
}
