// For a Worker: what it was answered is its answer.

import * as ssokey from "ssokey";
import * as memory from "ssokey/memory";
import { signOns } from "./sign-ons.mjs";

export default {
  async fetch() {
    return Response.json(await signOns(ssokey, memory));
  },
};
