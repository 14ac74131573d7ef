// The threads of a process.

/** The threads that are started from now on until the test ends, as they come. */
export function threadsStarted(context) {
  const threads = [];
  const listener = (worker) => threads.push(worker);
  process.on("worker", listener);
  context.after(() => process.off("worker", listener));
  return threads;
}

/** The first of them; a process tells of a thread a little later than it starts it. */
export async function firstOf(threads) {
  while (threads.length === 0) await new Promise(setImmediate);
  return threads[0];
}
