// The rows of places without WebAssembly: what works there, and what the package says where it does not.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assertRefused, assertUnchanged } from "../refused.mjs";
import { NODE_26 } from "../runtimes.mjs";
import { tool, websocketAddress, withServer } from "../workshop.mjs";
import { pageByEsbuild } from "./bundlers.mjs";

const PAGE = `<!doctype html><title>Consumer</title>
<script>delete globalThis.WebAssembly;</script>
<script type="module" src="./main.js"></script>`;

const NODE = [NODE_26, "--jitless"];
const DENO = [join(tool(".bin"), "deno"), "run", "--quiet", "--allow-all", "--v8-flags=--jitless"];
const BUN = ["env", "BUN_JSC_useWasm=0", join(tool(".bin"), "bun"), "run"];

const NEVER_OPENED = {
  code: 1006,
  reason: "",
  wasClean: false,
  outcome: "never-opened",
  initiator: "transport",
  phase: "connecting",
  sent: null,
  timeOpen: 0,
  unsentBytes: 0,
};

export const rows = [
  page("js", "js", (workshop, directory) => workshop.assertPageWorks(directory)),
  page("refused", "main", (workshop, directory) =>
    withServer(directory, ({ address }) =>
      assertRefused(workshop, address, /could not compile.*no WebAssembly here.*graceful-websocket\/js/),
    ),
  ),
  page("register", "register-refused", (workshop, directory) =>
    withServer(directory, ({ address }) => assertUnchanged(workshop, address)),
  ),
];

/** The same of runtimes. */
export const programs = [
  program("its own WebSocket, js.mjs", "deno", DENO, "js.mjs"),
  program("its own WebSocket, js.mjs", "bun", BUN, "js.mjs", { isCut: true }),
  program("ws, js-ws.mjs, node-26", "ws", NODE, "js-ws.mjs", { isCut: true }),
  {
    name: "without WebAssembly, its own WebSocket, which needs it",
    tool: "node-26",
    async run(workshop) {
      const directory = await workshop.consumer();
      const [node, ...options] = NODE;
      const args = [...options, "without-webassembly.mjs", "cannot-connect.mjs"];
      await withServer(directory, async (server) => {
        const { stdout } = await workshop.run(directory, node, [...args, websocketAddress(server)]);
        const { timeConnecting, elapsed, ...report } = JSON.parse(stdout);
        assert.deepEqual(report, NEVER_OPENED);
      });
    },
  },
];

function page(name, entry, assertIt) {
  return {
    name: `without WebAssembly, ${name}`,
    async run(workshop) {
      const directory = await pageByEsbuild(await workshop.consumer(), `${entry}.js`);
      await writeFile(join(directory, "index.html"), PAGE);
      await assertIt(workshop, directory);
    },
  };
}

function program(name, toolName, [command, ...options], file, how) {
  return {
    name: `without WebAssembly, ${name}`,
    tool: toolName,
    async run(workshop) {
      const directory = await workshop.consumer({ links: toolName === "ws" ? ["ws"] : [] });
      await workshop.assertProgramWorks(
        directory,
        command,
        [...options, "without-webassembly.mjs", file],
        how,
      );
    },
  };
}
