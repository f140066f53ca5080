// The platform's own WebSocket.

import type { WebSocketClass } from "./types.js";

/**
 * The platform's class; where there is none (on some servers), one that cannot be constructed, so that importing works
 * all the same.
 */
export function platformWebSocket(): WebSocketClass {
  return globalThis.WebSocket ?? MissingWebSocket;
}

const MissingWebSocket = class WebSocket {
  constructor() {
    throw new TypeError(
      "This platform has no WebSocket. Make a class with withGracefulClose(Base), where Base is the class of a " +
        'package: import { WebSocket } from "undici"; const GracefulWebSocket = withGracefulClose(WebSocket);',
    );
  }
} as unknown as WebSocketClass;
