// The page of a browser that measures rows, and keeps the records for whoever asks.

import { GracefulWebSocket } from "/node_modules/graceful-websocket/dist/index.js";
import { measureAll } from "./measure.mjs";

const CLOSED = 3;
const measured = new Map();

globalThis.table = {
  measure({ rows, args }) {
    const classes = { native: WebSocket, ours: GracefulWebSocket };
    measureAll(classes, rows, args, (record, socket) => measured.set(record.id, { record, socket }));
  },
  records: () => [...measured.values()].map(({ record }) => record),
  /** Whether the browser itself has done with every socket, so that no event can come any more. */
  isOver: () => [...measured.values()].every(({ socket }) => nativeState(socket) === CLOSED),
};

function nativeState(socket) {
  return Reflect.get(WebSocket.prototype, "readyState", socket);
}
