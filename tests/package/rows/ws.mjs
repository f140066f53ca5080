// The rows of the package `ws`: its class by way of `graceful-websocket/ws`, with the mixin and by itself.

import { node as program } from "../runtimes.mjs";
import { websocketAddress, withServer } from "../workshop.mjs";

const NODES = ["node-20", "node-26"];

export const rows = NODES.flatMap((node) => [
  ...["program.mjs", "program.cjs"].map((file) =>
    row(`standardWebSocket(WebSocket), ${file}, ${node}`, (workshop, directory) =>
      workshop.assertProgramWorks(directory, program(node), [`ws/${file}`], { isCut: true }),
    ),
  ),
  ...["class.test.mjs", "closing.test.mjs", "global.test.mjs"].map((file) =>
    row(`${file}, ${node}`, (workshop, directory) =>
      withServer(directory, async (server) => {
        const args = [`ws/${file}`, websocketAddress(server)];
        const { stdout } = await workshop.run(directory, program(node), args);
        return /pass \d+/.exec(stdout)[0];
      }),
    ),
  ),
]);

function row(name, run) {
  return {
    name,
    tool: "ws",
    run: async (workshop) => run(workshop, await workshop.consumer({ links: ["ws"] })),
  };
}
