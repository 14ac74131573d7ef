// Imported before a program that listens on a port of its own, to have it listen on a free one and print where.

import { Server } from "node:net";

const { listen } = Server.prototype;
Server.prototype.listen = function (...given) {
  this.once("listening", () => console.log(`Listening on http://127.0.0.1:${this.address().port} `));
  return listen.call(this, { port: 0, host: "127.0.0.1" }, ...given.filter((value) => typeof value === "function"));
};
