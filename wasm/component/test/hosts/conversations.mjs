// Every vector as a conversation with each world, in the values that jco gives the types of spec/wit, for hosts in other languages. The conversation is
// the npm package's, held against the vector on the way: a component that says the same says what the vector does.

import { memoryStorage } from "../../../js/dist/entries/memory.js";
import { loadCore } from "../../../js/dist/entries/node.js";
import { loadOperatorCore } from "../../../js/dist/entries/operator/node.js";
import * as raw from "../../../js/dist/entries/raw.js";
import { checkRaw, remembering } from "../../../js/runtimes/vector.mjs";
import { readVectors } from "../../../js/vectors/read.mjs";
import { returnOf, toCall, toFunction, toInput, toMoment, toReply, toSettings } from "../face.mjs";
import { Inexpressible } from "../wit.mjs";

/**
 * Returns the conversations of each world. What a world has no value for is left out.
 *
 * One with `stepped` has turns of a `call` and its `reply`, and says whether that is what the component hashes to; one with `embedded` has turns of a
 * `name` of a function, its `parameters`, and the `result`.
 */
export async function readConversations() {
  const loaded = await loadCore();
  const core = { ...loaded, passwords: remembering(loaded.passwords) };
  const operator = await loadOperatorCore();
  const hashOf = raw.answerBy({}, core, () => {});
  const { world, vectors } = readVectors();
  const conversations = { stepped: [], embedded: [] };
  for (const vector of vectors) {
    const spoken = await conversationOf({ core, operator }, world, vector);
    for (const turn of spoken.turns)
      if (isHashing(turn.call)) turn.isHash = JSON.stringify(turn.reply) === JSON.stringify(await hashOf(turn.call));
    for (const [name, turnsOf] of Object.entries({ stepped: steppedTurns, embedded: embeddedTurns }))
      addIfExpressible(conversations[name], vector, spoken, turnsOf);
  }
  return conversations;
}

/** The conversation as text, in which a `bigint` is a text, so that it loses no digit. */
export function textOf(conversations) {
  return JSON.stringify(conversations, (_, value) => {
    if (typeof value === "bigint") return String(value);
    return value instanceof Uint8Array ? [...value] : value;
  });
}

async function conversationOf(cores, world, vector) {
  const turns = [];
  let spoken;
  const speaking = (method, decide) => async (configured, input, moment, answer) => {
    const response = await decide(configured, input, moment, async (call) => {
      const reply = await answer(call);
      turns.push({ call, reply });
      return reply;
    });
    spoken = { method, input, moment, turns, response };
    return response;
  };
  const face = { ...raw, decide: speaking("decide", raw.decide), carryOut: speaking("carryOut", raw.carryOut) };
  await checkRaw({ ...cores, raw: face }, world, vector, async (records) => {
    const storage = memoryStorage(records);
    return { storage, dump: async () => storage.dump() };
  });
  return spoken;
}

function addIfExpressible(list, { id, settings = {} }, { method, input, moment, turns, response }, turnsOf) {
  try {
    list.push({
      id,
      input: toInput(method, input),
      settings: toSettings(settings),
      moment: toMoment(moment),
      turns: turnsOf(turns),
      response,
    });
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
  }
}

function steppedTurns(turns) {
  return turns.map(({ call, reply, isHash }) => ({ call: toCall(call), reply: toReply(reply), isHash }));
}

function embeddedTurns(turns) {
  if (turns.some(({ isHash }) => isHash === false)) throw new Inexpressible("it hashes itself");
  return turns
    .filter(({ call }) => !isHashing(call))
    .map(({ call, reply }) => ({
      ...toFunction(call),
      result: reply.reply === "failed" ? { tag: "err" } : { tag: "ok", val: returnOf(call.call, reply) },
    }));
}

const isHashing = ({ call }) => call === "verify_password" || call === "hash_password";
