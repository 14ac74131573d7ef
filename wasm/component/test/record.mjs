// A record of the vectors, as the components have it.

import { readFileSync } from "node:fs";

const { named } = JSON.parse(readFileSync(new URL("../../../spec/vectors/world.json", import.meta.url), "utf8"));

export const COMPANY = { ...named.company.partner, id: BigInt(named.company.partner.id) };
