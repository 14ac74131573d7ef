// The components behind the functions of `ssokey/raw`, so that what tests the npm package's wasm tests them as well.

import { readFileSync } from "node:fs";
import { camel, fromWit, Inexpressible, readWit, resolve, snake, toWit } from "./wit.mjs";

const { calls, commands, http, storage, "operator-storage": operatorStorage } = readWit();
const defsOf = (name) => JSON.parse(readFileSync(new URL(`../../../spec/schemas/${name}.json`, import.meta.url), "utf8")).$defs;
const SCHEMAS = { call: defsOf("call"), reply: defsOf("reply"), command: defsOf("command") };

/**
 * How many vectors each world can be put at least. The others have what no value of a WIT type is: a reply with a text in the place of a number, a
 * command with an unknown member; and, to a storage that is imported, a reply that its call does not have, or one to a hash.
 */
export const AT_LEAST = { stepped: 956, embedded: 901 };

/** A decision by the step machine, as `raw.decide` and `raw.carryOut` make it. In place of a core they take settings. */
export function stepped({ decision }) {
  const finish = (method) => async (settings, input, moment, answer) => {
    let step = decision.next(decision.begin(toInput(method, input), toSettings(settings), toMoment(moment)));
    while (step.tag === "call") {
      const { call, progress } = step.val;
      step = decision.next(progress, toReply(await answer(toJson(call))));
    }
    return step.val;
  };
  return { decide: finish("decide"), carryOut: finish("carryOut") };
}

/** The same by an instance that decides as a whole, over the storage that it was made with. */
export function embedded({ authority }) {
  return {
    decide: (settings, request, moment) => authority.handle(toRequest(request), toSettings(settings), toMoment(moment)),
    carryOut: (settings, command, moment) => authority.carryOut(toCommand(command), toSettings(settings), toMoment(moment)),
  };
}

/** Argon2id by the component, as the npm package takes it. */
export function passwordsOf({ decision }) {
  const behalf = { keyed: false, companyId: undefined };
  return {
    verify: async (password, passwordHash) => snake(decision.computeVerification({ password, passwordHash, ...behalf })),
    hash: async (password, salt) => decision.computeHash({ password, salt, ...behalf }),
  };
}

/** A call that failed. jco hands a `payload` to the component; it would throw an error without one right through it. */
export class Failed extends Error {
  payload = undefined;
}

/** The imports of the world `embedded`, by a function that answers the JSON of a call with that of a reply. */
export function importsBy(answer) {
  const functionsOf = ({ functions, types }) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, { parameters }]) => [
        camel(name),
        (...values) => {
          const members = parameters.map(([member, type], at) => [camel(member), fromWit(types, type, values[at])]);
          const json = parameters[0]?.[1] === "attempt" ? members[0][1] : Object.fromEntries(members);
          const call = snake(name);
          const reply = answer({ call, ...json });
          if (reply.reply === "failed") throw new Failed();
          return returnOf(call, reply);
        },
      ]),
    );
  return { "ssokey:sso/storage": functionsOf(storage), "ssokey:sso/operator-storage": functionsOf(operatorStorage) };
}

/** What the function of a call returns for a reply. Throws `Inexpressible` where it cannot. */
export function returnOf(call, json) {
  const { reply } = json;
  if (!repliesTo(call).includes(reply)) throw new Inexpressible(`${call} cannot be answered with ${JSON.stringify(reply)}`);
  const name = call.replaceAll("_", "-");
  const { functions, types } = name in storage.functions ? storage : operatorStorage;
  const returned = functions[name].result.match(/^result<(.*)>$/)?.[1];
  if (returned === undefined) return undefined;
  if (returned === "bool") return reply === "done";
  return resolve(types, returned).words ? reply : toTagged(calls.types, "reply", json).val;
}

/** The names of the replies that a call has. */
function repliesTo(call) {
  const turn = SCHEMAS.call.turn.oneOf.find(({ properties }) => {
    const { const: name, enum: names = [name] } = properties.call.properties.call;
    return names.includes(call);
  });
  return turn.properties.reply.properties.reply.enum;
}

/** Converts the JSON of a call. */
export const toCall = (json) => toTagged(calls.types, "call", json);

/** Converts the JSON of a reply. */
export const toReply = (json) => toTagged(calls.types, "reply", json);

/** Converts the JSON of a call to the function of it, with its parameters by name. */
export function toFunction({ call, ...members }) {
  const name = call.replaceAll("_", "-");
  const { functions, types } = name in storage.functions ? storage : operatorStorage;
  const parameters = functions[name].parameters.map(([member, type]) => [
    camel(member),
    toWit(types, type, member === "attempt" ? members : members[camel(member)]),
  ]);
  return { name, parameters: Object.fromEntries(parameters) };
}

/** Converts the JSON of a reply or command to a case. */
function toTagged(types, variant, json) {
  const { [variant]: name, ...members } = json;
  const found = types[variant].cases.find(([tag]) => snake(tag) === name);
  if (found === undefined) throw new Inexpressible(`no ${variant}: ${JSON.stringify(name)}`);
  const [tag, type] = found;
  if (type === undefined) return { tag };
  const { required } = SCHEMAS[variant][name];
  const missing = required.find((member) => json[member] === undefined);
  if (missing !== undefined) throw new Inexpressible(`\`${missing}\` is missing`);
  const single = singleOf(variant, name);
  return { tag, val: toWit(types, type, single === undefined ? members : members[single], variant === "command") };
}

function toJson({ tag, val }) {
  const name = snake(tag);
  const [, type] = calls.types.call.cases.find(([each]) => each === tag);
  if (type === undefined) return { call: name };
  const single = singleOf("call", name);
  const json = fromWit(calls.types, type, val);
  return { call: name, ...(single === undefined ? json : { [single]: json }) };
}

/** The name of the only member, if there is one. */
function singleOf(variant, name) {
  const names = Object.keys(SCHEMAS[variant][name].properties).filter((each) => each !== variant);
  return names.length === 1 ? names[0] : undefined;
}

/** Converts what `raw.decide` or `raw.carryOut` is to decide. */
export function toInput(method, input) {
  return method === "decide" ? { tag: "request", val: toRequest(input) } : { tag: "command", val: toCommand(input) };
}

function toCommand(command) {
  if (typeof command === "string") throw new Inexpressible("a text is no command");
  const known = Object.keys(SCHEMAS.command[command.command]?.properties ?? command);
  const foreign = Object.keys(command).find((member) => !known.includes(member));
  if (foreign !== undefined) throw new Inexpressible(`a command has no \`${foreign}\``);
  return toTagged(commands.types, "command", command);
}

/** Converts settings as the npm package takes them. */
export function toSettings(settings) {
  return toWit(http.types, "settings", settings, true);
}

function toRequest({ body, ...request }) {
  return { ...request, body: body === "too_large" ? { tag: "too-large" } : { tag: "bytes", val: body } };
}

/** Converts the time and the chance of a vector. */
export function toMoment({ now, entropy }) {
  return { now: BigInt(now), entropy };
}
