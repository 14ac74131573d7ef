import { DISABLE } from "./broken/account.js";
import { COMPANY } from "./broken/company.js";
import { DELETE } from "./broken/delete.js";
import { END } from "./broken/end.js";
import { EVENT } from "./broken/event.js";
import { KEY } from "./broken/key.js";
import { LIMIT } from "./broken/limit.js";
import { LIST } from "./broken/list.js";
import { READ_LOSSES, WRITE_LOSSES } from "./broken/loss.js";
import { OPERATOR } from "./broken/operator.js";
import { PRODUCT } from "./broken/product.js";
import { type BrokenStorage, broken } from "./broken/rows.js";
import { SET } from "./broken/set.js";
import { STORED } from "./broken/stored.js";
import { WRITE_BACK } from "./broken/together.js";
import { TAKE, TOKEN } from "./broken/token.js";
import { USE } from "./broken/use.js";
import { CREATE, FIND, SWAP } from "./broken/user.js";
import { MISTAKES, type Mistake } from "./broken/wrong.js";

/** Storages that break one promise each, on which the storage kit is tested. They are not in the package. */
export const brokenStorages: readonly BrokenStorage[] = [
  ...CREATE,
  ...FIND,
  ...SWAP,
  ...DISABLE,
  ...LIST,
  ...LIMIT,
  ...TAKE,
  ...TOKEN,
  ...COMPANY,
  ...KEY,
  ...PRODUCT,
  ...EVENT,
  ...OPERATOR,
  ...SET,
  ...END,
  ...DELETE,
  ...STORED,
  ...USE,
  ...WRITE_BACK,
  ...MISTAKES.filter(({ needs }) => needs !== "constraints").map(({ breaks, name, methods }) =>
    broken(breaks, name, (rows) => methods(rows.sound())),
  ),
];

/** Storages that lose one member each, in one call. The checks of STO-RECORD find all of them. */
export const losingStorages: readonly BrokenStorage[] = [
  ...READ_LOSSES.map(({ breaks, name, methods }) => broken(breaks, name, (rows) => methods(rows.sound()))),
  ...WRITE_LOSSES,
];

/** Mistakes that can be made over any storage, which are tried on real databases. */
export const mistakes: readonly Mistake[] = [...MISTAKES, ...READ_LOSSES];
