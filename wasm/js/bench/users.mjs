// A sign-on but for its hash, over databases in which so many users are stored.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@libsql/client";
import pg from "pg";
import { createHandler } from "ssokey";
import { postgresStorage } from "ssokey/postgres";
import { sqliteStorage } from "ssokey/sqlite";
import { keyOf, SIGN_ON } from "../test/partner.mjs";
import { postgresServer } from "../test/storage/postgres-server.mjs";
import { median } from "./statistics.mjs";

const SIZES = [1_000, 100_000, 1_000_000];
const free = { verify: async () => "match", hash: async () => "$none" };
const HASH = `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$${"A".repeat(43)}`;

/** Gives, by database, the median milliseconds of so many sign-ons at each size, and the statements of one. */
export async function measure(count) {
  return { SQLite: await inSqlite(count), PostgreSQL: await inPostgres(count) };
}

async function inSqlite(count) {
  const directory = mkdtempSync(join(tmpdir(), "ssokey-bench-"));
  const url = `file:${join(directory, "sso.db")}`;
  const storage = await sqliteStorage({ url });
  const client = createClient({ url });
  try {
    const fill = (from, to) =>
      client.execute(`WITH RECURSIVE n(i) AS (SELECT ${from + 1} UNION ALL SELECT i + 1 FROM n WHERE i < ${to}) ${rows("n")}`);
    return await over(storage, fill, count);
  } finally {
    client.close();
    await storage.close();
    rmSync(directory, { recursive: true });
  }
}

async function inPostgres(count) {
  const server = await postgresServer();
  try {
    const { url } = await server.database();
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const storage = await postgresStorage({ pool });
    const fill = async (from, to) => {
      await pool.query(rows(`(SELECT generate_series(${from + 1}, ${to}) AS i) AS n`, "FALSE"));
      await pool.query("ANALYZE");
    };
    try {
      return await over(storage, fill, count);
    } finally {
      await storage.close();
      await pool.end();
    }
  } finally {
    await server.stop();
  }
}

/** The statement that adds a user for each number. */
const rows = (numbers, no = "0") => `INSERT INTO users (company_id, email, login_id, display_name, is_creator,
  is_company_admin, permissions, password_hash, credential_version, managed_by, status)
  SELECT 1, 'u' || i || '@partner.example', 'u' || i, 'u', ${no}, ${no}, '[]', '${HASH}', 1, 'partner', 'enabled' FROM ${numbers}`;

async function over(storage, fill, count) {
  const ssokey = await keyOf(storage);
  const handler = await createHandler({ storage, passwords: free });
  const times = [];
  let stored = 0;
  for (const size of SIZES) {
    await fill(stored, size);
    stored = size;
    const taken = [];
    for (let turn = -50; turn < count; turn += 1) {
      const email = `u${1 + Math.floor(Math.random() * size)}@partner.example`;
      const body = new URLSearchParams({ email, password: "any", ssokey, product: "email" });
      const request = new Request(SIGN_ON, { method: "POST", body });
      const begun = performance.now();
      const response = await handler(request);
      if (turn >= 0) taken.push(performance.now() - begun);
      if (response.status !== 200) throw new Error(`the answer was ${await response.text()}`);
    }
    times.push({ size, milliseconds: median(taken) });
  }
  return times;
}
