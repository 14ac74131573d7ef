// The document's call with its three rules as one would write it with zod and hash-wasm: the peer of the benchmarks. It keeps to no more
// than the rules: no audit, no limits, no sessions, and errors without their codes.

import { argon2id, argon2Verify } from "hash-wasm";
import { z } from "zod";

interface User {
  id: number;
  companyId: number;
  email: string;
  passwordHash: string;
  version: number;
}

export interface Hashing {
  hash(password: string, salt: string): Promise<string>;
  verify(password: string, passwordHash: string): Promise<string>;
}

const SignOn = z.object({
  email: z.email().max(254).toLowerCase(),
  password: z.string().min(1).max(1024),
  ssokey: z.string().regex(/^[0-9A-Za-z_-]{16,128}$/),
  product: z.string().max(64),
});

const byHashWasm: Hashing = {
  hash: (password, salt) =>
    argon2id({
      password,
      salt: Buffer.from(salt, "hex"),
      memorySize: 19_456,
      iterations: 2,
      parallelism: 1,
      hashLength: 32,
      outputType: "encoded",
    }),
  verify: async (password, hash) => ((await argon2Verify({ password, hash })) ? "match" : "no_match"),
};

/** Returns a handler over memory for one company, whose key has this digest. */
export function plainHandler(keyDigest: string, { hash, verify }: Hashing = byHashWasm) {
  const keys = new Map([[keyDigest, { id: 1, companyId: 1 }]]);
  const users = new Map<string, User>();
  const tokens = new Map<string, { userId: number; version: number; expiresAt: number }>();

  return async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname !== "/api/sso/authenticate") return answer(404, { error: "not_found" });
    const form = request.method === "POST" ? new URLSearchParams(await request.text()) : new URL(request.url).searchParams;
    const parsed = SignOn.safeParse(Object.fromEntries(form));
    if (!parsed.success) return answer(400, { error: "invalid_parameter" });
    const { email, password, ssokey, product } = parsed.data;
    const key = keys.get(await digest(ssokey));
    if (key === undefined) return answer(401, { error: "invalid_ssokey" });
    const at = `${key.companyId} ${email}`;
    let user = users.get(at);
    if (user === undefined) {
      const passwordHash = await hash(password, random(16));
      user = { id: users.size + 1, companyId: key.companyId, email, passwordHash, version: 1 };
      users.set(at, user);
    } else if ((await verify(password, user.passwordHash)) !== "match") {
      user = { ...user, passwordHash: await hash(password, random(16)), version: user.version + 1 };
      users.set(at, user);
    }
    const token = random(32);
    tokens.set(await digest(token), { userId: user.id, version: user.version, expiresAt: Date.now() + 3_600_000 });
    return answer(200, { stat: "ok", return: { token, id: user.id, email, product } });
  };
}

const answer = (status: number, body: unknown) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", "cache-control": "no-store" } });

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const random = (count: number) => hex(crypto.getRandomValues(new Uint8Array(count)));

async function digest(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
