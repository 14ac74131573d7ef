import { DISABLE } from "./broken/account.js";
import { COMPANY } from "./broken/company.js";
import { EVENT } from "./broken/event.js";
import { KEY } from "./broken/key.js";
import { LIST } from "./broken/list.js";
import { OPERATOR } from "./broken/operator.js";
import { PRODUCT } from "./broken/product.js";
import type { BrokenStorage } from "./broken/rows.js";
import { TAKE, TOKEN } from "./broken/token.js";
import { CREATE, FIND, SWAP } from "./broken/user.js";

export type { BrokenStorage } from "./broken/rows.js";

/** Storages that break one promise each, to see that a test fails which should. None is of any use otherwise. */
export const brokenStorages: readonly BrokenStorage[] = [
  ...CREATE,
  ...FIND,
  ...SWAP,
  ...DISABLE,
  ...LIST,
  ...TAKE,
  ...TOKEN,
  ...COMPANY,
  ...KEY,
  ...PRODUCT,
  ...EVENT,
  ...OPERATOR,
];
