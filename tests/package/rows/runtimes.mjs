// The rows of the runtimes: with a WebSocket of their own, with the one of a package, and with none.

import assert from "node:assert/strict";
import { NODE_20, NODE_26, WITH_WEBSOCKET } from "../runtimes.mjs";

export const rows = [
  ...WITH_WEBSOCKET.map(({ tool, command: [program, ...args], isCut }) => ({
    name: "its own WebSocket",
    tool,
    run: async (workshop) =>
      workshop.assertProgramWorks(await workshop.consumer(), program, [...args, "runtime.mjs"], { isCut }),
  })),
  ...["js.mjs", "js.cjs"].map((program) => ({
    name: `its own WebSocket, ${program}`,
    tool: "node-26",
    run: async (workshop) => workshop.assertProgramWorks(await workshop.consumer(), NODE_26, [program]),
  })),
  {
    name: "withGracefulClose(WebSocket), node-20",
    tool: "undici",
    run: async (workshop) =>
      workshop.assertProgramWorks(await workshop.consumer({ links: ["undici"] }), NODE_20, ["undici.mjs"]),
  },
  ...["missing.mjs", "missing.cjs"].map((program) => ({
    name: `no WebSocket, ${program}`,
    tool: "node-20",
    run: async (workshop) =>
      assert.rejects(workshop.run(await workshop.consumer(), NODE_20, [program]), {
        stderr: /TypeError: This platform has no WebSocket\. .*withGracefulClose/,
      }),
  })),
];
