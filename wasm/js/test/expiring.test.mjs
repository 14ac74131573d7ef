// Right storages of a different sort: what has expired deletes itself, and keys, companies and products are cached.

import { keepsTheContract } from "./contract.mjs";
import { cachedStorage, expiringStorage, memoryStore } from "./expiring.mjs";
import { findsTheMistakes } from "./mistakes.mjs";

const open = () => {
  const { events, ...storage } = expiringStorage(memoryStore());
  return { storage, events };
};

keepsTheContract("expiring", open);
keepsTheContract("expiring and cached for a second", () => {
  const { storage, events } = open();
  return { storage: cachedStorage(storage, 1000), events };
});
findsTheMistakes("expiring", open, { lacks: ["constraints", "no expiry"] });
