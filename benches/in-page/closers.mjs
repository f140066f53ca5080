// Closes against a peer that never answers, in a page: each way to close takes a URL and the time that it is given, opens,
// and gives a function that closes and resolves when the page is told of the end.

import { GracefulWebSocket } from "graceful-websocket";
import { Socket } from "phoenix";
import WebSocketAsPromised from "websocket-as-promised";
import { close, event } from "../contestants/contestant.mjs";

const opened = async (socket) => {
  await event(socket, "open");
  return () => close(socket);
};

const CLOSERS = {
  native: (url) => opened(new WebSocket(url)),
  "graceful-websocket": (url, closeTimeout) => opened(new GracefulWebSocket(url, { closeTimeout })),
  disposable: (url, closeTimeout) => opened(new GracefulWebSocket(url, { closeTimeout, disposable: true })),
  async "websocket-as-promised"(url, timeout) {
    const socket = new WebSocketAsPromised(url, { timeout });
    await socket.open();
    return () => socket.close().catch(() => {}); // on a timeout, it rejects
  },
  async phoenix(url) {
    // It has its own idea of the path.
    class Transport extends WebSocket {
      constructor() {
        super(url);
      }
    }
    const socket = new Socket(url, { transport: Transport });
    await new Promise((resolve) => {
      socket.onOpen(resolve);
      socket.connect();
    });
    return () => new Promise((resolve) => socket.disconnect(resolve, 1000, "done"));
  },
};

/** How long each of so many closes takes, in milliseconds. They begin one after the other, so that each ends alone. */
export async function closeAll(name, url, timeoutMs, count, apartMs) {
  const closes = [];
  while (closes.length < count) {
    closes.push(await CLOSERS[name](url, timeoutMs));
  }
  return Promise.all(
    closes.map(async (close, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * apartMs));
      const begun = performance.now();
      await close();
      return performance.now() - begun;
    }),
  );
}
