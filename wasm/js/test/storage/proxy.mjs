// A proxy before a database, which loses what passes, delays it or cuts its connections.

import { once } from "node:events";
import { connect, createServer } from "node:net";

/** Starts a proxy, on a free port unless one is given, before `target`, which is what `net.connect` takes. */
export async function proxyTo(target, port = 0) {
  const pairs = new Set();
  let isSilent = false;
  let delay = 0;

  const server = createServer((client) => {
    const pair = { client, database: connect(target), isLost: isSilent };
    pairs.add(pair);
    pass(pair, client, pair.database);
    pass(pair, pair.database, client);
  });

  function pass(pair, from, to) {
    from.on("data", (bytes) => {
      if (pair.isLost || isSilent) return;
      if (delay === 0) to.write(bytes);
      else setTimeout(() => !pair.isLost && !isSilent && !to.destroyed && to.write(bytes), delay);
    });
    // The end of a connection is a packet like others.
    from.on("end", () => !pair.isLost && !isSilent && to.end());
    from.on("error", () => {});
    from.on("close", () => {
      if (!pair.isLost && !isSilent) to.destroy();
      if (pair.client.destroyed && pair.database.destroyed) pairs.delete(pair);
    });
  }

  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    port: server.address().port,
    /** Takes connections and bytes in, and lets none through, until told otherwise. */
    silence(isOn) {
      isSilent = isOn;
      // What was lost is not sent again: the network has forgotten these connections.
      if (isOn) for (const pair of pairs) pair.isLost = true;
    },
    /** Forgets the connections of now: neither side is told. */
    forget() {
      for (const pair of pairs) pair.isLost = true;
    },
    delay(milliseconds) {
      delay = milliseconds;
    },
    cut() {
      for (const { client, database } of pairs) for (const socket of [client, database]) socket.destroy();
    },
    connections: () => pairs.size,
    async stop() {
      for (const { client, database } of pairs) for (const socket of [client, database]) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
