// The time of a start in every runtime, by turns.

import { inProcesses, withWorker } from "./runtimes.mjs";
import { median } from "./statistics.mjs";

const runtimes = { ...inProcesses("bench/cold.mjs"), workerd: () => withWorker("bench/cold-worker.mjs", firstAnswer) };

/**
 * Gives, by runtime, the medians of so many starts: `[the import, from there to the first answer]` in milliseconds. The import in
 * workerd is undefined.
 */
export async function measure(count) {
  const times = Object.fromEntries(Object.keys(runtimes).map((name) => [name, []]));
  for (let turn = 0; turn < count; turn += 1)
    for (const [name, start] of Object.entries(runtimes)) times[name].push(await start());
  const medianOf = (taken, part) => median(taken.map((parts) => parts[part]));
  return Object.fromEntries(Object.entries(times).map(([name, taken]) => [name, [0, 1].map((part) => medianOf(taken, part))]));
}

async function firstAnswer(ask) {
  await (await ask("warm")).text();
  const begun = performance.now();
  const response = await ask("api/sso/authenticate?email=ann@partner.example");
  await response.text();
  const answered = performance.now();
  if (response.status !== 400) throw new Error(`the answer was ${response.status}`);
  return [undefined, answered - begun];
}
