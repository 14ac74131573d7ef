// Removes what an earlier build left in `dist`, which would be packed. The files in `dist` itself stay: `build.sh` made them.

import { readdirSync, rmSync } from "node:fs";

const DIST = new URL("dist/", import.meta.url);

for (const entry of readdirSync(DIST, { withFileTypes: true })) {
  if (entry.isDirectory()) rmSync(new URL(entry.name, DIST), { recursive: true });
}
