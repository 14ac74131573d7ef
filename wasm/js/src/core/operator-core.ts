import type { Moment } from "./decide.js";
import { requireMoment } from "./entropy.js";
import { type Decision, type InstanceBindings, instanceOver } from "./instance.js";
import { jsonOf } from "./json.js";
import type { Settings } from "./settings.js";
import type { Command } from "./wire.js";

/** The operator's settings: those that a command depends on. */
export type OperatorSettings = Pick<Settings, "products">;

/** The operator's core, as an instance of the wasm offers it. */
export interface OperatorCore {
  /**
   * Returns the rules for the operator of a server that is set up like this.
   *
   * Throws a `SettingsError` if the core refuses the settings.
   */
  configure(settings: OperatorSettings): ConfiguredOperatorCore;
}

/** The operator's core under the settings of one server. */
export interface ConfiguredOperatorCore {
  /** Begins to carry out a command, or what its JSON is to be. Throws a `SettingsError` if the moment is none. */
  begin(command: Command | string, moment: Moment): Decision;
}

/** The operator's module as wasm-bindgen gives it, once it is instantiated. */
export interface OperatorBindings<Checked> extends InstanceBindings<Checked> {
  Command: new (json: string, now: number, entropy: Uint8Array, settings: Checked) => Decision;
}

/** Returns the operator's core over bindings that are ready. `replace` puts a new instance behind them. */
export function operatorCoreOver<Checked>(bindings: OperatorBindings<Checked>, replace: () => void): OperatorCore {
  const { begin, checked } = instanceOver(bindings, replace);
  return {
    configure(settings) {
      const current = checked(settings);
      return {
        begin: (command, moment) => {
          const { now, entropy } = requireMoment(moment);
          const json = typeof command === "string" ? command : jsonOf(command);
          return begin(() => new bindings.Command(json, now, entropy, current()));
        },
      };
    },
  };
}
