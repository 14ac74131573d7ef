// For workerd: the vectors come as a request.

import { runVectors } from "./runner.mjs";

export default {
  async fetch(request) {
    return Response.json(await runVectors(await request.json()));
  },
};
