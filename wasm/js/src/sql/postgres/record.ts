import { recordsIn } from "../record.js";

export { holderFrom, type HolderRow, recordFrom } from "../record.js";

/** As text, so that no type parser of the driver has a say in it. */
export const { COMPANY, KEY, USER, PRODUCT, TOKEN, CODE, holderOf } = recordsIn({
  object: (pairs) => `json_build_object(${pairs})::text`,
  flag: (column) => column,
  list: (column) => column,
  schema: "ssokey.",
});
