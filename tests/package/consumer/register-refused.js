// The page of a consumer: the entry that replaces the page's WebSocket, where the core cannot be compiled.

import { NativeWebSocket } from "graceful-websocket/register";

const server = new URLSearchParams(location.search).get("server");

globalThis.result = use(new WebSocket(`${server}/echo?tag=native`));

/** What the page's own class does, from the first event to the last. */
async function use(socket) {
  const isNative = WebSocket === NativeWebSocket && Object.getPrototypeOf(WebSocket) === EventTarget;
  await next(socket, "open");
  socket.send("hello");
  const { data } = await next(socket, "message");
  const returned = String(socket.close(4000, "bye"));
  const { code, reason, wasClean } = await next(socket, "close");
  return { isNative, data, returned, code, reason, wasClean };
}

function next(socket, type) {
  return new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
}
