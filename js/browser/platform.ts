// The platform's own WebSocket.

import type { WebSocketClass } from "../types.js";

/**
 * The platform's class; where there is none (on some servers), or one of another kind in its place (Next.js puts that of
 * `ws` there), one that cannot be constructed, so that importing works all the same.
 */
export function platformWebSocket(): WebSocketClass {
  const { WebSocket } = globalThis;
  return WebSocket?.prototype.dispatchEvent === undefined ? MissingWebSocket : WebSocket;
}

const MissingWebSocket = class WebSocket {
  constructor() {
    throw new TypeError(
      "This platform has no WebSocket. Use withGracefulClose() with undici's, or by graceful-websocket/ws with ws's.",
    );
  }
} as unknown as WebSocketClass;
