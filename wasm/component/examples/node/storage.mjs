// The calls of requests, in PostgreSQL. Each is one statement, so that it is applied as a whole or not at all.

/** Returns a function for each call, over a pool of `pg`. */
export function storageOn(pool) {
  /** The JSON that a statement gives, as a record; none if it gives no row. */
  const one = async (sql, ...values) => {
    const { rows } = await pool.query(sql, values);
    return rows.length === 0 ? undefined : fromRow(JSON.parse(rows[0].json));
  };
  const changed = async (sql, ...values) => (await pool.query(sql, values)).rowCount;
  const found = (tag, val) => (val === undefined ? { tag: "none" } : { tag, val });

  const holderOf = (name) => `json_build_object(
    'user', (SELECT to_json(it) FROM ssokey.users it WHERE it.id = ${name}.user_id AND it.company_id = ${name}.company_id),
    'company', (SELECT to_json(it) FROM ssokey.companies it WHERE it.id = ${name}.company_id),
    'key', (SELECT to_json(it) FROM ssokey.keys it WHERE it.id = ${name}.key_id AND it.company_id = ${name}.company_id))`;
  const held = (tag, val) => {
    const isWhole = val?.holder.user && val.holder.company && (val.holder.key || val[tag].keyId === undefined);
    return isWhole ? { tag, val } : { tag: "none" };
  };

  const EVENT = "kind, reason, at, source, company_id, key_id, user_id, product, fault";
  const event = (number, from = "") => `INSERT INTO ssokey.events (${EVENT})
    SELECT ${EVENT.split(", ").map((name) => `it.${name}`)} FROM json_populate_record(null::ssokey.events, $${number}) it ${from}`;

  /** Stores a token or code, the event of it, and, once a minute, when its key was used. */
  const save = async (table, record, ofIt) => {
    await changed(
      `WITH saved AS (INSERT INTO ssokey.${table} SELECT * FROM json_populate_record(null::ssokey.${table}, $1) RETURNING 1),
       used AS (UPDATE ssokey.keys SET last_used_at = $3::bigint WHERE id = $4 AND coalesce(last_used_at, 0) < $3::bigint - 60000)
       ${event(2, ", saved")}`,
      toRow(record),
      toRow(ofIt),
      ofIt.at,
      record.keyId,
    );
    return { tag: "done" };
  };

  return {
    // Without limits.
    admit: () => ({ tag: "admitted" }),
    "give-back": () => ({ tag: "done" }),

    "find-key": async (digest) =>
      found(
        "key",
        await one(
          `SELECT json_build_object('key', to_json(k), 'company', to_json(c))::text AS json
           FROM ssokey.keys k JOIN ssokey.companies c ON c.id = k.company_id WHERE k.digest = $1`,
          digest,
        ),
      ),

    "find-user": async ({ companyId, email }) =>
      found(
        "user",
        await one("SELECT to_json(it)::text AS json FROM ssokey.users it WHERE company_id = $1 AND email = $2", companyId, email),
      ),

    "find-company": async (domain) =>
      found("company", await one("SELECT to_json(it)::text AS json FROM ssokey.companies it WHERE domain = $1", domain)),

    "find-product": async (name) =>
      found("product", await one("SELECT to_json(it)::text AS json FROM ssokey.products it WHERE name = $1", name)),

    "create-user": async ({ user }) => {
      const created = await one(
        `INSERT INTO ssokey.users AS it (company_id, email, login_id, display_name, is_creator, is_company_admin, permissions,
           password_hash, credential_version, managed_by, status, issued_at, password_key_id)
         VALUES ($1, $2, $2, $2, false, false, '[]', $3, 1, $4, 'enabled', $5, $6)
         ON CONFLICT (company_id, email) DO NOTHING RETURNING to_json(it)::text AS json`,
        user.companyId,
        user.email,
        user.passwordHash,
        user.managedBy,
        user.issuedAt,
        user.passwordKeyId,
      );
      return created === undefined ? { tag: "exists" } : { tag: "created", val: created };
    },

    "replace-password": async ({ companyId, userId, expectedVersion, passwordHash, issuedAt, passwordKeyId }) => {
      const count = await changed(
        `UPDATE ssokey.users SET password_hash = $4, issued_at = $5, password_key_id = $6, credential_version = credential_version + 1
         WHERE company_id = $1 AND id = $2 AND credential_version = $3`,
        companyId,
        userId,
        expectedVersion,
        passwordHash,
        issuedAt,
        passwordKeyId,
      );
      return count === 1 ? { tag: "replaced", val: expectedVersion + 1n } : { tag: "stale" };
    },

    "rehash-password": async ({ companyId, userId, expectedVersion, passwordHash }) => {
      const count = await changed(
        "UPDATE ssokey.users SET password_hash = $4 WHERE company_id = $1 AND id = $2 AND credential_version = $3",
        companyId,
        userId,
        expectedVersion,
        passwordHash,
      );
      return { tag: count === 1 ? "done" : "stale" };
    },

    "save-token": ({ token, event }) => save("tokens", token, event),
    "save-code": ({ code, event }) => save("codes", code, event),

    "find-token": async (digest) =>
      held(
        "token",
        await one(
          `SELECT json_build_object('token', to_json(t), 'holder', ${holderOf("t")})::text AS json FROM ssokey.tokens t WHERE digest = $1`,
          digest,
        ),
      ),

    "take-code": async (digest) =>
      held(
        "code",
        await one(
          `DELETE FROM ssokey.codes c WHERE digest = $1
           RETURNING json_build_object('code', to_json(c), 'holder', ${holderOf("c")})::text AS json`,
          digest,
        ),
      ),

    "revoke-token": async (digest) => {
      await changed("DELETE FROM ssokey.tokens WHERE digest = $1", digest);
      return { tag: "done" };
    },

    audit: async (ofIt) => {
      await changed(event(1), toRow(ofIt));
      return { tag: "done" };
    },
  };
}

/** A row of JSON as a record: names as jco has them, integers as `bigint`, and no `null`. */
function fromRow(json) {
  if (typeof json === "number") return BigInt(json);
  if (json === null) return undefined;
  if (Array.isArray(json)) return json.map(fromRow);
  if (typeof json !== "object") return json;
  const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [camel(name), fromRow(value)]));
}

/** A record as a row of JSON. */
function toRow(record) {
  const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const members = Object.entries(record).map(([name, value]) => [snake(name), typeof value === "bigint" ? Number(value) : value]);
  return JSON.stringify(Object.fromEntries(members));
}
