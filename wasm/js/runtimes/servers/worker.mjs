// For workerd: the handler over the database that is bound to the Worker.

import { createHandler } from "ssokey";
import { d1Storage } from "ssokey/d1";

let handler;

export default {
  async fetch(request, { DB }) {
    handler ??= d1Storage(DB).then((storage) => createHandler({ storage }));
    return (await handler)(request);
  },
};
