// Every vector of the format through both worlds, in jco: the calls, the bytes of the answer and what is stored are those of the vector, as they
// are natively and in the npm package.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { memoryStorage } from "../../js/dist/entries/memory.js";
import * as raw from "../../js/dist/entries/raw.js";
import { checkRaw, remembering } from "../../js/runtimes/vector.mjs";
import { readVectors } from "../../js/vectors/read.mjs";
import { instancesOf } from "./components.mjs";
import { AT_LEAST, embedded, importsBy, passwordsOf, returnOf, stepped } from "./face.mjs";
import { Inexpressible } from "./wit.mjs";

const { world, vectors } = readVectors();
const stepMachine = (await instancesOf("stepped"))();
const instantiate = await instancesOf("embedded");
const passwords = remembering(passwordsOf(stepMachine));
// Settings go to the component with each request.
const core = { configure: (settings) => settings, passwords };

/** The turns of a vector, by which a storage that cannot wait answers: it is told what it will be asked. */
let turns = [];
const authority = instantiate(
  importsBy((call) => {
    const turn = turns.shift();
    assert.deepEqual(call, turn?.call);
    return turn.reply;
  }),
);

const counts = Object.fromEntries(Object.keys(AT_LEAST).map((name) => [name, { passed: 0, inexpressible: 0 }]));

for (const vector of vectors)
  test(`${vector.file}: ${vector.id}: ${vector.title}`, async () => {
    const steps = [];
    const isExpressible = await count("stepped", () => check(recorded(stepped(stepMachine), steps), vector));
    await count("embedded", () => {
      if (!isExpressible) throw new Inexpressible("its calls are not known");
      return check(replayed(embedded(authority), steps), vector);
    });
  });

after(() => {
  for (const [name, { passed, inexpressible }] of Object.entries(counts)) {
    console.log(`jco on Node ${process.versions.node}, ${name}: ${passed} vectors passed, ${inexpressible} have no value in WIT`);
    assert.ok(passed >= AT_LEAST[name], `${passed} vectors of ${name}`);
    assert.equal(passed + inexpressible, vectors.length);
  }
});

function check(face, vector) {
  return checkRaw({ core, operator: core, raw: { ...raw, ...face } }, world, vector, async (records) => {
    const storage = memoryStorage(records);
    return { storage, dump: async () => storage.dump() };
  });
}

/** Counts what became of a vector. Returns whether it could be put. */
async function count(name, run) {
  try {
    await run();
    counts[name].passed += 1;
    return true;
  } catch (error) {
    if (!(error instanceof Inexpressible)) throw error;
    counts[name].inexpressible += 1;
    return false;
  }
}

/** Keeps the calls with their replies. */
function recorded(face, steps) {
  const recording = (method) => (settings, input, moment, answer) =>
    face[method](settings, input, moment, async (call) => {
      const reply = await answer(call);
      steps.push({ call, reply });
      return reply;
    });
  return { decide: recording("decide"), carryOut: recording("carryOut") };
}

/**
 * Answers from the kept steps, all but those that hash, which the instance does itself. What `checkRaw` then sees are the same calls: the
 * storage has been told each.
 */
function replayed(face, steps) {
  const replaying = (method) => async (settings, input, moment, answer) => {
    turns = steps.filter(({ call }) => !isHashing(call));
    for (const { call, reply } of turns) if (reply.reply !== "failed") returnOf(call.call, reply);
    for (const { call, reply } of steps)
      if (isHashing(call)) {
        const own = await hashOf(call);
        if (JSON.stringify(reply) !== JSON.stringify(own)) throw new Inexpressible("it hashes itself");
      }
    const response = face[method](settings, input, moment);
    assert.deepEqual(turns, [], "calls that were not made");
    for (const { call } of steps) await answer(call);
    return response;
  };
  return { decide: replaying("decide"), carryOut: replaying("carryOut") };
}

const hashOf = raw.answerBy({}, core, () => {});
const isHashing = ({ call }) => call === "verify_password" || call === "hash_password";
