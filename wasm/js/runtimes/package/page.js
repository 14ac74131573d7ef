// For a page: what it was answered is its text.

import * as ssokey from "ssokey";
import * as memory from "ssokey/memory";
import { signOns } from "./sign-ons.mjs";

const answers = await signOns(ssokey, memory);
document.body.innerHTML = `<output>${JSON.stringify(answers)}</output>`;
