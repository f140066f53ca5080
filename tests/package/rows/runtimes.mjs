// The rows of the runtimes: with a WebSocket of their own, with the one of a package, and with none.

import assert from "node:assert/strict";
import { join } from "node:path";

import { tool } from "../workshop.mjs";

const NODE_20 = join(tool("node-20"), "bin/node");

const WITH_WEBSOCKET = [
  ["node-26", [join(tool("node-26"), "bin/node")]],
  ["node-22", [join(tool("node-22"), "bin/node")]],
  ["deno", [join(tool(".bin"), "deno"), "run", "--quiet", "--allow-all"]],
  // Its class has a terminate().
  ["bun", [join(tool(".bin"), "bun"), "run"], { isCut: true }],
];

export const rows = [
  ...WITH_WEBSOCKET.map(([name, [program, ...args], how]) => ({
    name: "its own WebSocket",
    tool: name,
    run: async (workshop) =>
      workshop.assertProgramWorks(await workshop.consumer(), program, [...args, "runtime.mjs"], how),
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
