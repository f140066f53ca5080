// What the tests of the class of `ws` stand on: sockets to the misbehaving server, what they see, and what the server saw.

import { once } from "node:events";

import { withGracefulClose } from "graceful-websocket";
import { standardWebSocket } from "graceful-websocket/ws";
import WebSocket from "ws";

/** `ws://host:port` of the misbehaving server. */
export const SERVER = process.argv[2];

/** The class of the standard's kind, and the one that always finishes closing. */
export const Standard = standardWebSocket(WebSocket);
export const Graceful = withGracefulClose(Standard);

const TYPES = ["open", "message", "error", "close"];
let tags = 0;

/** A label for the server's log, and an address of the path with it. */
export function addressOf(path) {
  tags += 1;
  const tag = `ws-${process.pid}-${tags}`;
  const url = new URL(path, SERVER);
  url.searchParams.set("tag", tag);
  return { tag, url };
}

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

/** What the server saw of a connection, as soon as it has come so far. */
export async function connection(tag, until) {
  const query = new URLSearchParams({ tag, until });
  const response = await fetch(`${SERVER.replace("ws", "http")}/log?${query}`);
  const { connections } = await response.json();
  if (!response.ok) {
    throw new Error(`not ${until} in time: ${JSON.stringify(connections)}`);
  }
  return connections[0];
}

/** The Close frames that the server received. */
export function closesReceived({ frames }) {
  return frames
    .filter(({ opcode, direction }) => opcode === "close" && direction === "received")
    .map(({ code, reason }) => ({ code, reason }));
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
