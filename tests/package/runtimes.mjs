// The runtimes, and how each runs a program.

import { join } from "node:path";

import { tool } from "./workshop.mjs";

export const NODE_20 = node("node-20");
export const NODE_26 = node("node-26");

/** Those with a WebSocket of their own. `isCut`: it has a terminate(), so that a connection that is given up ends. */
export const WITH_WEBSOCKET = [
  { name: "Node 26", tool: "node-26", command: [NODE_26] },
  { name: "Node 22", tool: "node-22", command: [node("node-22")] },
  { name: "Deno", tool: "deno", command: [join(tool(".bin"), "deno"), "run", "--quiet", "--allow-all"] },
  { name: "Bun", tool: "bun", command: [join(tool(".bin"), "bun"), "run"], isCut: true },
];

/** The same with the class of `ws`. */
export const WITH_WS = { name: "ws, in Node 26", tool: "ws", command: [NODE_26], isCut: true };

export function node(name) {
  return join(tool(name), "bin/node");
}
