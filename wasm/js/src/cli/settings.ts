import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { errorCode } from "../core/error.js";
import { hint } from "./command.js";
import { isPath } from "./database.js";
import { Failure, readCauses } from "./failure.js";
import { mistakeIn } from "./json.js";

/** The configuration that is read from the working directory, if it is there and no other is named. */
export const DEFAULT_FILE = "ssokey.json";

/** The form of a setting in a configuration file. */
interface Written {
  /** Its name there. Default: its long name. */
  key?: string;
  /** Its kind there. Default: that of what its flag is read as. */
  kind?: string;
  /** Whether a value is a path. A relative one is relative to the file. Default: none is. */
  isPath?: (value: string) => boolean;
}

/** An option that has an environment variable, and that a configuration file may set as well. */
class Setting extends Option {
  readonly key: string;
  readonly kind: string | undefined;
  readonly isPath: (value: string) => boolean;
  /** Its value in the file. */
  written: unknown;

  constructor(flags: string, description: string, { key, kind, isPath = () => false }: Written) {
    super(flags, description);
    this.key = key ?? this.name();
    this.kind = kind;
    this.isPath = isPath;
  }

  /** Uses of a flag may add up. None adds to what the file says: it is outweighed. */
  override argParser<Value>(parse: (text: string, before: Value) => Value): this {
    return super.argParser<Value>((text, before) => parse(text, (before === this.written ? undefined : before) as Value));
  }
}

/**
 * Returns an option that the environment, by `variable`, and a configuration file may set. A flag outweighs the
 * environment, that the file, and that the default.
 */
export function setting(flags: string, variable: string, description: string, written: Written = {}): Option {
  return new Setting(flags, description, written).env(variable);
}

/** `--db`, which every command on a database needs. */
export function databaseSetting(description = "a SQLite file, postgres://…, mariadb://… or libsql://…"): Option {
  return setting("--db <database>", "SSOKEY_DB", description, { isPath }).makeOptionMandatory();
}

/** Gives a command on one company `--db`, and `--email`, which names the company. */
export function companySetting(command: Command): Command {
  const description = "the e-mail that the company has registered";
  return command.addOption(databaseSetting()).requiredOption("--email <address>", description, lowerCase);
}

/** `--server-products` of an operator's command, for which `--products` would be those of a company. */
export function serverProductsSetting(): Option {
  return setting("--server-products <list>", "SSOKEY_PRODUCTS", "the server's products, as `serve --products` has them", {
    key: "products",
  }).argParser(list);
}

/** Returns the number of an option. */
export function wholeNumber(text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
  return Number(text);
}

/** Takes a list apart that is written with commas. */
export function list(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/** Returns the texts of an option that may have none. */
export function listOrNone(text: string): string[] {
  return text === "" ? [] : list(text);
}

/** Returns an e-mail or domains as they are stored, and so as they are to be printed. What is not ASCII is left for the core to refuse. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** For a flag that can be taken back: the file may have set it. */
export function trueOrFalse(text: string): boolean {
  if (text !== "true" && text !== "false") throw new InvalidArgumentError("Give true or false.");
  return text === "true";
}

/** Adds `--config` to a program that has all its commands, and gives each command its settings from that file. */
export function addConfiguration(program: Command, args: readonly string[]): void {
  program.addOption(
    setting("--config <file>", "SSOKEY_CONFIG", `settings as JSON (default: ${DEFAULT_FILE}, if there is one here)`),
  );
  const known = settingsOf(...program.commands.flatMap((command) => [command, ...command.commands]));
  // Help is given whatever the file holds.
  if (args[0] === "help" || args.some((arg) => arg === "--help" || arg === "-h")) return;
  // It runs before the command's own flags and variables are read, which then outweigh what it sets.
  const configure = (_parent: Command, command: Command) => {
    const options = settingsOf(command);
    if (options.size === 0) return;
    for (const [name, value] of read(program.opts<{ config?: string }>().config, known)) {
      const option = options.get(name);
      if (option === undefined) continue;
      option.written = value;
      command.setOptionValueWithSource(option.attributeName(), value, "config");
    }
  };
  for (const command of [program, ...program.commands]) command.hook("preSubcommand", configure);
}

/** The settings among the options of commands, by their names. */
function settingsOf(...commands: readonly Command[]): Map<string, Setting> {
  const settings = commands.flatMap(({ options }) => options.filter((option) => option instanceof Setting));
  return new Map(settings.map((option) => [option.key, option]));
}

/** Returns the settings in the file, paths as from where the file is. Its values are told nobody: the database's URL may hold a password. */
function read(named: string | undefined, known: ReadonlyMap<string, Setting>): [name: string, value: unknown][] {
  const file = named ?? DEFAULT_FILE;
  if (named === undefined && !existsSync(file)) return [];
  return Object.entries(parse(file)).map(([name, value]) => {
    const option = known.get(name);
    if (option === undefined) {
      throw new Failure(`the configuration \`${file}\` has an unknown setting \`${name}\`; ${hint(name, [...known.keys()])}`, 2);
    }
    const read = parsedBy(option, value, file);
    const isRelative = typeof read === "string" && option.isPath(read) && !isAbsolute(read);
    return [name, isRelative ? join(dirname(file), read) : read];
  });
}

function parse(file: string): object {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Failure(`cannot read the configuration \`${file}\`: ${readCauses.get(errorCode(error)) ?? "check its path"}`, 2);
  }
  // Windows begins files with it.
  text = text.replace(/^\uFEFF/, "");
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    // Its message would quote the file.
    throw new Failure(`the configuration \`${file}\` is not JSON: ${mistakeIn(text)}`, 2);
  }
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) return settings;
  throw new Failure(`the configuration \`${file}\` is not a JSON object; write one like {"db": "sso.db", "port": 8080}`, 2);
}

/** The value as the flag would read it, of which it must have the type. */
function parsedBy(option: Setting, value: unknown, file: string): unknown {
  const refuse = (why: string) => new Failure(`the setting \`${option.key}\` in \`${file}\` is refused: ${why}`, 2);
  try {
    const read: unknown = option.parseArg?.(String(value), undefined) ?? String(value);
    const kind = option.kind ?? kindOf(read);
    if (kindOf(value) !== kind) throw refuse(`it has to be a ${kind}`);
    return Array.isArray(value) ? value : read;
  } catch (error) {
    throw error instanceof InvalidArgumentError ? refuse(error.message) : error;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) && value.every((element) => typeof element === "string") ? "list" : typeof value;
}
