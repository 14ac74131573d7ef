// A storage in a database of keys and values that deletes by itself what has expired, such as Redis. What is written is written
// only if all that was read is still as it was, in one operation, and otherwise it is read and written again.

import { firstCompanyValues, firstKeyValues, firstUserValues } from "../dist/storage/new-record.js";

/** The kind in the place of an event that was deleted, so that all others keep their ids. */
const GONE = "gone";

/**
 * Returns a storage, with its `events`, over a `store`:
 *
 * - `get(key)` returns a text or `null`; `next(key)` counts up.
 * - `range(key, after, limit)` returns the numbers in a sorted set that are greater than `after`, at most `limit` of them; `list(key)`
 *   returns the texts of a list.
 * - `commit(seen, sizes, writes)` applies the writes (`set` with an expiry or none, `delete`, `rank`, `unrank`, `push`, `put`) as one operation if each
 *   key that was seen still has its text, and each set its size; returns whether it did.
 */
export function expiringStorage(store) {
  /** Runs `body`, which reads by `get` and returns what to write, until no different caller came between. */
  async function transact(body) {
    for (;;) {
      const seen = new Map();
      const get = async (key) => {
        if (!seen.has(key)) seen.set(key, await store.get(key));
        const text = seen.get(key);
        return text === null ? undefined : JSON.parse(text);
      };
      const sizes = [];
      const members = async (key) => {
        const ids = await store.range(key, 0, Number.MAX_SAFE_INTEGER);
        sizes.push([key, ids.length]);
        return ids;
      };
      const { result, writes = [] } = await body(get, members);
      if (writes.length === 0 || (await store.commit([...seen], sizes, writes))) return result;
    }
  }

  const set = (key, value, expiresAt = null) => ["set", key, JSON.stringify(value), expiresAt];
  const push = (event) => ["push", "events", JSON.stringify(event)];
  const read = async (key) => JSON.parse(await store.get(key));

  const companyAt = (id) => `company:${id}`;
  const keyAt = (companyId, id) => `key:${companyId}:${id}`;
  const userAt = (companyId, id) => `user:${companyId}:${id}`;

  const page = async (set_, at, after, limit) => Promise.all((await store.range(set_, after, limit)).map((id) => read(at(id))));

  /** Returns whom a token or a code stands for, if all of them are there. */
  async function holderOf({ companyId, userId, keyId }, get) {
    const user = await get(userAt(companyId, userId));
    const company = await get(companyAt(companyId));
    const key = keyId === null ? null : await get(keyAt(companyId, keyId));
    return user && company && key !== undefined ? { user, company, key } : undefined;
  }

  const save = (kind) => (record, event) =>
    transact(async (get) => {
      const at = `${kind}:${record.digest}`;
      if (await get(at)) throw new Error("this digest is already stored");
      const holder = await holderOf(record, get);
      if (!holder) throw new Error(`a ${kind} of nobody`);
      const { key } = holder;
      const isUse = key !== null && event.at > (key.lastUsedAt ?? -1);
      const use = isUse ? [set(keyAt(key.companyId, key.id), { ...key, lastUsedAt: event.at })] : [];
      return { writes: [set(at, record, record.expiresAt), ...use, push(event)] };
    });

  /** Changes a user where `change` says what, and returns what `result` makes of that. */
  const changeUser = ({ companyId, userId }, change, event, result) =>
    transact(async (get) => {
      const user = await get(userAt(companyId, userId));
      const changed = user && change(user);
      const writes = changed ? [set(userAt(companyId, userId), { ...user, ...changed }), ...(event ? [push(event)] : [])] : [];
      return { result: result(changed || undefined), writes };
    });

  const raised = ({ credentialVersion }) => ({ credentialVersion: credentialVersion + 1 });

  const changeKey = (companyId, keyId, change) =>
    transact(async (get) => {
      const key = await get(keyAt(companyId, keyId));
      return key === undefined || key.status === "revoked" ? { result: false } : change(key, get);
    });

  /** Returns the writes of a new key; fails where its digest is taken or its company is not there. */
  async function newKey(draft, get, event) {
    const { companyId, digest } = draft;
    if (await get(`digest:${digest}`)) throw new Error("this key is already stored");
    if (!(await get(companyAt(companyId)))) throw new Error("a key of no company");
    const id = await store.next("key");
    const writes = [
      set(keyAt(companyId, id), { id, ...firstKeyValues(draft), createdAt: event.at }),
      set(`digest:${digest}`, { companyId, id }),
      ["rank", `keys:${companyId}`, id],
      push({ ...event, keyId: id }),
    ];
    return { id, writes };
  }

  const companyBy = (index) => (name) =>
    transact(async (get) => {
      const id = await get(`${index}:${name}`);
      return { result: id && (await get(companyAt(id))) };
    });

  return {
    events: async () => (await store.list("events")).map((text) => JSON.parse(text)).filter(({ kind }) => kind !== GONE),

    findKey: (digest) =>
      transact(async (get) => {
        const at = await get(`digest:${digest}`);
        return { result: at && { key: await get(keyAt(at.companyId, at.id)), company: await get(companyAt(at.companyId)) } };
      }),
    findUser: (companyId, email) =>
      transact(async (get) => {
        const id = await get(`email:${companyId}:${email}`);
        return { result: id && (await get(userAt(companyId, id))) };
      }),
    findCompany: companyBy("domain"),
    findCompanyByEmail: companyBy("registered"),
    findProduct: (name) => read(`product:${name}`),

    createUser: (draft, event) =>
      transact(async (get) => {
        const { companyId, email } = draft;
        if (email !== email.toLowerCase()) throw new Error("e-mails are stored in lower case");
        if (!(await get(companyAt(companyId)))) throw new Error("a user of no company");
        if (await get(`email:${companyId}:${email}`)) return { result: "exists" };
        const user = { id: await store.next("user"), ...firstUserValues(draft) };
        const writes = [
          set(userAt(companyId, user.id), user),
          set(`email:${companyId}:${email}`, user.id),
          ["rank", `users:${companyId}`, user.id],
        ];
        if (event !== null) writes.push(push({ ...event, userId: user.id }));
        return { result: user, writes };
      }),
    replacePassword: ({ expectedVersion, passwordHash, issuedAt, passwordKeyId, ...at }) =>
      changeUser(
        at,
        (user) => user.credentialVersion === expectedVersion && { passwordHash, issuedAt, passwordKeyId, ...raised(user) },
        null,
        (changed) => changed?.credentialVersion ?? "stale",
      ),
    rehashPassword: ({ expectedVersion, passwordHash, ...at }) =>
      changeUser(
        at,
        (user) => user.credentialVersion === expectedVersion && { passwordHash },
        null,
        (changed) => (changed ? "done" : "stale"),
      ),
    saveToken: save("token"),
    saveCode: save("code"),
    findToken: (digest) =>
      transact(async (get) => {
        const token = await get(`token:${digest}`);
        const holder = token && (await holderOf(token, get));
        return { result: holder && { token, holder } };
      }),
    takeCode: (digest) =>
      transact(async (get) => {
        const code = await get(`code:${digest}`);
        const holder = code && (await holderOf(code, get));
        return { result: holder && { code, holder }, writes: code ? [["delete", `code:${digest}`]] : [] };
      }),
    revokeToken: (digest) => transact(async () => ({ writes: [["delete", `token:${digest}`]] })),
    audit: (event) => transact(async () => ({ writes: [push(event)] })),

    createCompany: (draft, event) =>
      transact(async (get) => {
        const { domain, email } = draft;
        if ([domain, email].some((name) => name !== name.toLowerCase())) throw new Error("names are stored in lower case");
        if ((await get(`domain:${domain}`)) || (await get(`registered:${email}`))) return { result: "exists" };
        const company = { id: await store.next("company"), ...firstCompanyValues(draft) };
        const writes = [
          set(companyAt(company.id), company),
          set(`domain:${domain}`, company.id),
          set(`registered:${email}`, company.id),
          ["rank", "companies", company.id],
          push({ ...event, companyId: company.id }),
        ];
        return { result: company, writes };
      }),
    listCompanies: (after, limit) => page("companies", companyAt, after, limit),
    setCompanyStatus: (companyId, status, event) =>
      transact(async (get, members) => {
        const company = await get(companyAt(companyId));
        if (company === undefined) return { result: false };
        const ids = status === "disabled" ? await members(`users:${companyId}`) : [];
        const users = await there(ids.map((id) => get(userAt(companyId, id))));
        const writes = users.map((user) => set(userAt(companyId, user.id), { ...user, ...raised(user) }));
        return { result: true, writes: [...writes, set(companyAt(companyId), { ...company, status }), push(event)] };
      }),
    setCompany: (companyId, members, event) =>
      transact(async (get) => {
        const company = await get(companyAt(companyId));
        const writes = company ? [set(companyAt(companyId), { ...company, ...given(members) }), push(event)] : [];
        return { result: company !== undefined, writes };
      }),
    saveKey: (draft, event) =>
      transact(async (get) => {
        const { id, writes } = await newKey(draft, get, event);
        return { result: id, writes };
      }),
    rotateKey: async ({ companyId, keyId, key: draft, revoke }, event) =>
      (await changeKey(companyId, keyId, async (key, get) => {
        const { id, writes } = await newKey(draft, get, event);
        const kept = set(keyAt(companyId, keyId), { ...key, status: revoke ? "revoked" : key.status });
        return { result: id, writes: [...writes, kept] };
      })) || undefined,
    listKeys: async (companyId, after, limit) => {
      const keys = await page(`keys:${companyId}`, (id) => keyAt(companyId, id), after, limit);
      return keys.map(({ digest: _, ...key }) => ({ lastUsedAt: null, ...key }));
    },
    setKeyStatus: (companyId, keyId, status, event) =>
      changeKey(companyId, keyId, (key) => ({
        result: true,
        writes: [set(keyAt(companyId, keyId), { ...key, status }), push(event)],
      })),
    endKey: ({ companyId, keyId, passwordHash }, event) =>
      transact(async (get, members) => {
        const key = await get(keyAt(companyId, keyId));
        if (key === undefined) return {};
        const ids = await members(`users:${companyId}`);
        const users = await there(ids.map((id) => get(userAt(companyId, id))));
        const ended = users.filter((user) => user.passwordKeyId === keyId);
        const unusable = { passwordHash, issuedAt: null, passwordKeyId: null };
        const writes = ended.map((user) => set(userAt(companyId, user.id), { ...user, ...unusable, ...raised(user) }));
        return {
          result: ended.length,
          writes: [...writes, set(keyAt(companyId, keyId), { ...key, status: "revoked" }), push(event)],
        };
      }),
    signOut: (companyId, userId, event) =>
      userId === null
        ? transact(async (get, members) => {
            const company = await get(companyAt(companyId));
            if (company === undefined) return { result: false };
            const ids = await members(`users:${companyId}`);
            const users = await there(ids.map((id) => get(userAt(companyId, id))));
            const writes = users.map((user) => set(userAt(companyId, user.id), { ...user, ...raised(user) }));
            return { result: true, writes: [...writes, push(event)] };
          })
        : changeUser({ companyId, userId }, raised, event, Boolean),
    deleteCompany: (companyId, event) =>
      transact(async (get, members) => {
        const company = await get(companyAt(companyId));
        if (company === undefined) return { result: false };
        const userIds = await members(`users:${companyId}`);
        const keyIds = await members(`keys:${companyId}`);
        const users = await there(userIds.map((id) => get(userAt(companyId, id))));
        const keys = await there(keyIds.map((id) => get(keyAt(companyId, id))));
        // Tokens and codes name nobody from now on, and end by themselves.
        const gone = [
          companyAt(companyId),
          `domain:${company.domain}`,
          `registered:${company.email}`,
          ...users.flatMap((user) => [userAt(companyId, user.id), `email:${companyId}:${user.email}`]),
          ...keys.flatMap((key) => [keyAt(companyId, key.id), `digest:${key.digest}`]),
          `users:${companyId}`,
          `keys:${companyId}`,
        ];
        const writes = [...gone.map((key) => ["delete", key]), ["unrank", "companies", companyId], push(event)];
        return { result: true, writes };
      }),
    listUsers: (companyId, after, limit) => page(`users:${companyId}`, (id) => userAt(companyId, id), after, limit),
    setUserStatus: (companyId, userId, status, event) =>
      changeUser({ companyId, userId }, (user) => ({ status, ...(status === "disabled" && raised(user)) }), event, Boolean),
    setUserManager: (companyId, userId, managedBy, event) =>
      changeUser({ companyId, userId }, (user) => ({ managedBy, ...raised(user) }), event, Boolean),
    setUser: (companyId, userId, members, event) => changeUser({ companyId, userId }, () => given(members), event, Boolean),
    setUserEmail: (companyId, userId, email, event) =>
      transact(async (get) => {
        const user = await get(userAt(companyId, userId));
        if (user === undefined) return { result: "none" };
        const has = await get(`email:${companyId}:${email}`);
        if (has !== undefined && has !== userId) return { result: "exists" };
        const writes = [
          ["delete", `email:${companyId}:${user.email}`],
          set(`email:${companyId}:${email}`, userId),
          set(userAt(companyId, userId), { ...user, email, ...raised(user) }),
          push(event),
        ];
        return { result: "done", writes };
      }),
    deleteUser: (companyId, userId, event) =>
      transact(async (get) => {
        const user = await get(userAt(companyId, userId));
        if (user === undefined) return { result: false };
        const gone = [userAt(companyId, userId), `email:${companyId}:${user.email}`];
        const writes = [...gone.map((key) => ["delete", key]), ["unrank", `users:${companyId}`, userId], push(event)];
        return { result: true, writes };
      }),
    disablePassword: ({ expectedHash, passwordHash, ...at }, event) =>
      changeUser(
        at,
        (user) => user.passwordHash === expectedHash && { passwordHash, issuedAt: null, passwordKeyId: null, ...raised(user) },
        event,
        (changed) => (changed ? "done" : "stale"),
      ),
    listProducts: async () => {
      const names = (await store.list("products")).toSorted();
      return Promise.all(names.map((name) => read(`product:${name}`)));
    },
    saveProduct: ({ name, launchUrl, secretDigest }, event) =>
      transact(async (get) => {
        const had = await get(`product:${name}`);
        const first = { name, secretDigest, previousSecretDigest: null, previousSecretExpiresAt: null };
        const product = { ...(had ?? first), launchUrl };
        const listed = had === undefined ? [["push", "products", name]] : [];
        return {
          writes: [set(`product:${name}`, product), ...listed, push(event)],
          result: had === undefined ? "done" : "exists",
        };
      }),
    rotateProduct: ({ name, secretDigest, previousSecretExpiresAt }, event) =>
      transact(async (get) => {
        const had = await get(`product:${name}`);
        if (had === undefined) return { result: false };
        const previousSecretDigest = previousSecretExpiresAt === null ? null : had.secretDigest;
        const product = { ...had, secretDigest, previousSecretDigest, previousSecretExpiresAt };
        return { writes: [set(`product:${name}`, product), push(event)], result: true };
      }),
    listEvents: async ({ since, ...ids }, after, limit) => {
      const of = Object.entries(ids).filter(([, value]) => value !== null);
      const stored = (await store.list("events")).map((text, index) => ({ id: index + 1, ...JSON.parse(text) }));
      const fits = (event) => event.at >= since && of.every(([name, value]) => event[name] === value);
      const events = stored.filter((event) => event.id > after && event.kind !== GONE && fits(event)).slice(0, limit);
      const emailOf = async ({ companyId, userId }) => (await read(userAt(companyId, userId)))?.email ?? null;
      return Promise.all(events.map(async (event) => ({ ...event, userEmail: await emailOf(event) })));
    },
    purgeEvents: (before, event) =>
      transact(async (get) => {
        // Counted up, so that no two purges delete the same.
        const purges = (await get("purges")) ?? 0;
        const texts = await store.list("events");
        const old = texts.flatMap((text, index) =>
          JSON.parse(text).kind !== GONE && JSON.parse(text).at < before ? [index] : [],
        );
        const writes = old.map((index) => ["put", "events", index, JSON.stringify({ kind: GONE })]);
        return { result: old.length, writes: [...writes, set("purges", purges + 1), push(event)] };
      }),
    // The database deletes what has expired.
    purge: async () => 0,
  };
}

/** Returns the records that are there. What was deleted since its id was read fails the commit. */
const there = async (reads) => (await Promise.all(reads)).filter((record) => record !== undefined);

/** Returns the members that are to be set. */
const given = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));

/** Returns such a store in memory. */
export function memoryStore() {
  const values = new Map();
  const counts = new Map();
  const sets = new Map();
  const lists = new Map();
  const at = (map, key) => map.get(key) ?? map.set(key, []).get(key);
  const now = (key) => {
    const { text, expiresAt } = values.get(key) ?? { text: null };
    return expiresAt != null && expiresAt <= Date.now() ? null : text;
  };
  const apply = {
    set: (key, text, expiresAt) => values.set(key, { text, expiresAt }),
    delete: (key) => values.delete(key) || sets.delete(key),
    rank: (key, id) => at(sets, key).push(id),
    unrank: (key, id) =>
      sets.set(
        key,
        at(sets, key).filter((it) => it !== id),
      ),
    push: (key, text) => at(lists, key).push(text),
    put: (key, index, text) => (at(lists, key)[index] = text),
  };
  return {
    get: async (key) => now(key),
    async next(key) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts.get(key);
    },
    async range(key, after, limit) {
      const ids = at(sets, key).filter((id) => id > after);
      return ids.sort((a, b) => a - b).slice(0, limit);
    },
    list: async (key) => [...at(lists, key)],
    async commit(seen, sizes, writes) {
      if (seen.some(([key, text]) => now(key) !== text) || sizes.some(([key, size]) => at(sets, key).length !== size))
        return false;
      for (const [name, ...write] of writes) apply[name](...write);
      return true;
    },
  };
}

/** Returns the storage with a cache of a few seconds before the three calls that may be late. */
export function cachedStorage(storage, milliseconds) {
  const cached = (find) => {
    const kept = new Map();
    return async (name) => {
      const known = kept.get(name);
      if (known !== undefined && known.until > Date.now()) return structuredClone(known.found);
      const found = (await find(name)) ?? null;
      kept.set(name, { found: structuredClone(found), until: Date.now() + milliseconds });
      return found;
    };
  };
  const { findKey, findCompany, findProduct } = storage;
  return { ...storage, findKey: cached(findKey), findCompany: cached(findCompany), findProduct: cached(findProduct) };
}
