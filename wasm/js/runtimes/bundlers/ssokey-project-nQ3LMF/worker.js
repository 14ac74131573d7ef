// For a Worker: what it was answered is its answer.

import * as ssokey from "ssokey";
import * as memory from "ssokey/memory";
import * as operator from "ssokey/operator";
import { signOns } from "./sign-ons.mjs";

export default {
  async fetch() {
    return Response.json(await signOns(ssokey, operator, memory));
  },
};
