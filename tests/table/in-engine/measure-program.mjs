// The program of a runtime that measures rows, and prints each record when there is more in it.

import { GracefulWebSocket, withGracefulClose } from "graceful-websocket";

import { measureAll } from "./measure.mjs";

const { rows, args, className } = JSON.parse(process.argv[2]);
const CLASSES = {
  own: () => ({ native: globalThis.WebSocket, ours: GracefulWebSocket }),
  async ws() {
    const { default: WebSocket } = await import("ws");
    const { standardWebSocket } = await import("graceful-websocket/ws");
    return { native: WebSocket, ours: withGracefulClose(standardWebSocket(WebSocket)) };
  },
};

const classes = await CLASSES[className]();
await measureAll(classes, rows, args, (record) => console.log(JSON.stringify(record)));
