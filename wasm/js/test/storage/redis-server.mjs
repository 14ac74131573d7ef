// A Redis server for one test file, in a directory of its own, which only a Unix socket reaches.

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { folderOf, startDaemon } from "./daemon.mjs";

/** Starts a server, for which Debian's package is installed if need be. */
export async function redisServer() {
  const bin = folderOf(["redis-server"], "redis-server");
  const directory = mkdtempSync(join(tmpdir(), "ssokey-redis-"));
  const socket = join(directory, "socket");
  const settings = ["--port", "0", "--unixsocket", socket, "--dir", directory, "--save", "", "--databases", "10000"];
  const command = [join(bin, "redis-server"), settings];
  const stop = await startDaemon(command, directory, "ready to accept connections", "SIGTERM", "stdout");
  let databases = 0;
  return {
    stop,
    /** Returns a connection to a new database. */
    async database() {
      databases += 1;
      const client = createClient({ socket: { path: socket }, database: databases });
      await client.connect();
      return client;
    },
  };
}

const COMMIT = `
for _, seen in ipairs(cjson.decode(ARGV[1])) do
  if (redis.call('GET', seen[1]) or cjson.null) ~= seen[2] then return 0 end
end
for _, set in ipairs(cjson.decode(ARGV[2])) do
  if redis.call('ZCARD', set[1]) ~= set[2] then return 0 end
end
for _, command in ipairs(cjson.decode(ARGV[3])) do redis.call(unpack(command)) end
return 1`;

const COMMANDS = {
  set: (key, text, expiresAt) => ["SET", key, text, ...(expiresAt === null ? [] : ["PXAT", `${expiresAt}`])],
  delete: (key) => ["DEL", key],
  rank: (key, id) => ["ZADD", key, `${id}`, `${id}`],
  unrank: (key, id) => ["ZREM", key, `${id}`],
  push: (key, text) => ["RPUSH", key, text],
  put: (key, index, text) => ["LSET", key, `${index}`, text],
};

/** Returns the store of `../expiring.mjs` over a connection. */
export function redisStore(client) {
  return {
    get: (key) => client.get(key),
    next: (key) => client.incr(`next:${key}`),
    async range(key, after, limit) {
      const ids = await client.zRangeByScore(key, `(${after}`, "+inf", { LIMIT: { offset: 0, count: limit } });
      return ids.map(Number);
    },
    list: (key) => client.lRange(key, 0, -1),
    async commit(seen, sizes, writes) {
      const commands = writes.map(([name, ...write]) => COMMANDS[name](...write));
      return (await client.eval(COMMIT, { arguments: [seen, sizes, commands].map((part) => JSON.stringify(part)) })) === 1;
    },
  };
}
