// import "graceful-websocket/register": every WebSocket of the page, also one that a library makes, finishes closing.

import { GracefulWebSocket } from "./index.js";
import { takeShapeOf } from "./socket/interface.js";

/**
 * The class that was there before. On a platform without one (`undefined`), or with one that is not of the standard's
 * kind, nothing is replaced.
 */
export const NativeWebSocket: typeof WebSocket | undefined = globalThis.WebSocket;

/** Puts the class that was there before back, unless somebody else has replaced it since. */
export function unregister(): void {
  if (NativeWebSocket && globalThis.WebSocket === (GracefulWebSocket as unknown)) {
    globalThis.WebSocket = NativeWebSocket;
  }
}

if (NativeWebSocket && GracefulWebSocket.prototype instanceof NativeWebSocket) {
  takeShapeOf(NativeWebSocket, GracefulWebSocket);
  globalThis.WebSocket = GracefulWebSocket as unknown as typeof WebSocket;
}
