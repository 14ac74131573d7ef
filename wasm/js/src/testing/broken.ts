import { DISABLE } from "./broken/account.js";
import { COMPANY } from "./broken/company.js";
import { EVENT } from "./broken/event.js";
import { KEY } from "./broken/key.js";
import { LIST } from "./broken/list.js";
import { OPERATOR } from "./broken/operator.js";
import { PRODUCT } from "./broken/product.js";
import type { BrokenStorage } from "./broken/rows.js";
import { SET } from "./broken/set.js";
import { TAKE, TOKEN } from "./broken/token.js";
import { CREATE, FIND, SWAP } from "./broken/user.js";

/** Storages that break one promise each, on which the storage kit is tested. They are not in the package. */
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
  ...SET,
];
