// For a page: what it was answered is its text.

import * as ssokey from "ssokey";
import * as memory from "ssokey/memory";
import * as operator from "ssokey/operator";
import { signOns } from "./sign-ons.mjs";

const answers = await signOns(ssokey, operator, memory);
document.body.innerHTML = `<output>${JSON.stringify(answers)}</output>`;
