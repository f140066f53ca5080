// What the tests of the class of `ws` stand on: sockets to the misbehaving server, and what they see.

import { once } from "node:events";

import { withGracefulClose } from "graceful-websocket";
import { standardWebSocket } from "graceful-websocket/ws";
import WebSocket from "ws";

export { addressOf, closesReceived, connection } from "../misbehaving.mjs";

/** The class of the standard's kind, and the one that always finishes closing. */
export const Standard = standardWebSocket(WebSocket);
export const Graceful = withGracefulClose(Standard);

const TYPES = ["open", "message", "error", "close"];

/** The names of the events that come from now on. */
export function watch(socket) {
  const seen = [];
  for (const type of TYPES) {
    socket.addEventListener(type, () => seen.push(type));
  }
  return seen;
}

/** The next event of this type. */
export async function next(socket, type) {
  const [event] = await once(socket, type);
  return event;
}

/** Waits until the socket of `ws` under a graceful one has ended, and whoever was to hear of it has. */
export async function innerEnd(socket) {
  while (Reflect.get(Standard.prototype, "readyState", socket) !== Standard.CLOSED) {
    await laterTask();
  }
  await laterTask();
}

function laterTask() {
  return new Promise((resolve) => setTimeout(resolve));
}
