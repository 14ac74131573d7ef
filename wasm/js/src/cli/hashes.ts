import type { HashCounts, HashKind } from "../core/wire.js";
import { countHashes, disableHashes, listCompanies } from "../operator/node.js";
import type { OperatorStorage } from "../storage/contract.js";
import { requireDatabase, withDatabase } from "./database.js";
import { Failure } from "./failure.js";

interface HashesOptions {
  db: string;
  email?: string;
  disable?: HashKind;
  yes?: true;
  json?: true;
}

/** `ssokey user hashes` */
export async function hashes({ db, email, disable, yes, json }: HashesOptions): Promise<void> {
  if (disable !== undefined && yes === undefined) {
    throw new Failure("`--disable` needs `--yes`: nothing brings a hash back; without both, see how many users it is", 2);
  }
  requireDatabase(db);
  const sum: Partial<HashCounts> = {};
  await withDatabase(db, async (storage) => {
    for await (const companyEmail of email === undefined ? emails(storage) : [email]) {
      const counts =
        disable === undefined
          ? await countHashes(storage, { companyEmail })
          : { disabled: await disableHashes(storage, { companyEmail, kind: disable }) };
      for (const [kind, count] of Object.entries(counts) as [keyof HashCounts, number][]) sum[kind] = (sum[kind] ?? 0) + count;
    }
  });
  const lines = Object.entries(sum).map(([kind, count]) => `${kind}: ${count}\n`);
  process.stdout.write(json ? `${JSON.stringify(sum)}\n` : lines.join(""));
}

async function* emails(storage: OperatorStorage): AsyncGenerator<string, void> {
  for await (const { email } of listCompanies(storage)) yield email;
}
