// Processes that are started with `detached`, and all that they start.

/** Sends a signal to the child and to all that it started, as far as they are still there. */
export function killGroup({ pid }, signal = "SIGKILL") {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}
