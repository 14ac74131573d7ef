// Expands vectors as `spec/vectors/README.md` says. It imports nothing, so that it runs wherever JavaScript does.

/** The tables of which `world.json` has the records, by the kind under which it names them. */
const TABLES = { companies: "company", keys: "key", products: "product" };
/** The tables that are empty unless a vector says otherwise. */
const LISTS = { users: [], tokens: [], codes: [] };
/** The texts that may be written in parts. */
const PARTED = ["query", "queryHex", "body", "bodyHex"];

/**
 * Returns what all vectors share, expanded, and the function that expands a vector. Both throw on a name that
 * `world.json` does not have.
 */
export function expander({ now, entropy, texts, named, calls, success }) {
  const records = mapped(TABLES, (kind) => mapped(named[kind], expanded));
  return { world: { now, entropy, ...mapped(records, Object.values) }, expand };

  function expand({ request, command, before, after, calls, response, ...rest }) {
    const tables = tablesOf(records, before);
    const laterTables = { ...tables, ...tablesOf({ ...records, ...tables }, after) };
    const laterLists = { ...LISTS, ...listsOf(before), ...listsOf(after) };
    return {
      ...rest,
      ...(request && { request: mapped(expanded(request), joined) }),
      ...(command !== undefined && { command: expanded(command) }),
      ...(before && { before: { ...listsOf(before), ...mapped(tables, Object.values) } }),
      calls: stepsOf(calls),
      response: responseOf(mapped(expanded(response), joined)),
      ...(after && { after: { ...laterLists, ...mapped(laterTables, Object.values) } }),
    };
  }

  /** Puts texts and records in the place of their names, however deep they stand. */
  function expanded(written) {
    if (typeof written === "string") return textOf(written);
    if (Array.isArray(written)) return written.map(expanded);
    if (typeof written !== "object" || written === null) return written;
    const { with: changes = {}, without = [], ...rest } = written;
    const [[kind, name] = [], ...more] = Object.entries(rest);
    if (more.length > 0 || typeof name !== "string" || !Object.hasOwn(named, kind)) return mapped(written, expanded);
    const record = { ...expanded(found(named[kind], name)), ...mapped(changes, expanded) };
    return Object.fromEntries(Object.entries(record).filter(([member]) => !without.includes(member)));
  }

  function textOf(written) {
    return written.replace(/\{([a-z][a-z0-9-]*)\}|\{([^{}"*]+)\*([0-9]+)\}/g, (_, name, part, times) =>
      name === undefined ? part.repeat(Number(times)) : found(texts, name),
    );
  }

  /** Returns the calls with their replies, each as `{ call, reply }`. */
  function stepsOf(written) {
    return written.flatMap((entry) => {
      if (typeof entry === "string") return stepsOf(found(calls, entry));
      const { calls: name, with: changes = {}, reply, ...literal } = entry;
      const steps = name === undefined ? [{ call: mapped(literal, expanded) }] : stepsOf(found(calls, name));
      const call = { ...steps.pop().call, ...mapped(changes, expanded) };
      return [...steps, reply === undefined ? { call } : { call, reply: replyOf(reply) }];
    });
  }

  function replyOf(written) {
    return typeof written === "string" ? { reply: written } : expanded(written);
  }

  function responseOf({ error, success: sources, return: returned, ...response }) {
    const { status } = response;
    if (error !== undefined)
      return { ...response, body: JSON.stringify({ error, status_code: Math.trunc(error.code / 10), stat: "fail" }) };
    const answer = sources === undefined ? returned : mapped(success, (path) => path.split(".").reduce(found, sources));
    if (answer === undefined) return response;
    return { ...response, body: JSON.stringify({ status_code: status, return: answer, stat: "ok" }) };
  }

  function listsOf(written = {}) {
    return mapped(sharing(LISTS, written), (_, table) => expanded(written[table]));
  }

  /** Returns the tables that `written` changes, each as records by their names. */
  function tablesOf(earlier, written = {}) {
    return mapped(sharing(TABLES, written), (_, table) => {
      const changes = mapped(written[table], (change, name) => change && { ...earlier[table][name], ...expanded(change) });
      return Object.fromEntries(Object.entries({ ...earlier[table], ...changes }).filter(([, record]) => record !== null));
    });
  }
}

/** Returns the same members, with what `change` makes of each. */
function mapped(members, change) {
  return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, change(member, name)]));
}

/** Returns a query or a body, which may be written in parts. */
function joined(part, name) {
  return Array.isArray(part) && PARTED.includes(name) ? part.join("") : part;
}

/** Returns those members whose names `other` has too. */
function sharing(members, other) {
  return Object.fromEntries(Object.entries(members).filter(([name]) => Object.hasOwn(other, name)));
}

function found(members, name) {
  if (!Object.hasOwn(members, name)) throw new Error(`world.json has no \`${name}\``);
  return members[name];
}
