// The platform's own WebSocket.

import type { WebSocketClass } from "../types.js";

/** The class that is in the global object now; `undefined` where there is none, or one that no socket can be made of. */
export function platformWebSocket(): WebSocketClass | undefined {
  const { WebSocket } = globalThis;
  // Next.js puts that of `ws` there, which is no EventTarget.
  const { addEventListener, dispatchEvent } = WebSocket?.prototype ?? {};
  const isOfWs = addEventListener !== undefined && dispatchEvent === undefined;
  return isOfWs ? undefined : WebSocket;
}

/** Stands for a class that is missing, so that importing works all the same. */
export const MissingWebSocket = class WebSocket {
  constructor() {
    throw unfit("This platform has no WebSocket");
  }
} as unknown as WebSocketClass;

/** The error where there is no class of which a socket could be closed in time. */
export function unfit(why: string): TypeError {
  return new TypeError(
    `${why}. Use withGracefulClose() with another, or by graceful-websocket/ws with ws's.`,
  );
}
