import { recordsIn } from "../record.js";

export { holderFrom, type HolderRow, recordFrom } from "../record.js";

export const { COMPANY, KEY, USER, PRODUCT, TOKEN, CODE, holderOf } = recordsIn({
  object: (pairs) => `json_object(${pairs})`,
  flag: (column) => `json(iif(${column}, 'true', 'false'))`,
  list: (column) => `json(${column})`,
  schema: "",
});
