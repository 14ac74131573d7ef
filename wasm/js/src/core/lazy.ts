/** Returns what makes a value on first use, and gives the same from then on. After a failure the next use makes it anew. */
export function lazy<Value, From extends unknown[] = []>(
  make: (...from: From) => Promise<Value>,
): (...from: From) => Promise<Value> {
  let made: Promise<Value> | undefined;
  return (...from) => {
    made ??= make(...from).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
