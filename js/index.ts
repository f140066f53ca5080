// The package: import { GracefulWebSocket } from "graceful-websocket".

import { withGracefulClose } from "./mixin.js";
import type {
  GracefulWebSocketConstructor,
  GracefulWebSocket as GracefulWebSocketInstance,
} from "./types.js";

export { withGracefulClose } from "./mixin.js";
export type {
  CloseFrame,
  CloseInitiator,
  CloseOutcome,
  ClosePhase,
  CloseReport,
  GracefulWebSocketConstructor,
  GracefulWebSocketOptions,
  WebSocketClass,
} from "./types.js";

/** A WebSocket that always finishes closing: the platform's own class, with a bounded, truthful `close()`. */
export type GracefulWebSocket = GracefulWebSocketInstance;

/**
 * The platform's WebSocket, and always finishes closing. Importing does nothing; the core is compiled when the first
 * socket is constructed.
 *
 * @example
 * const socket = new GracefulWebSocket("wss://example.org/live", ["chat"]);
 * socket.onclose = (event) => console.log(event.code, event.reason, event.wasClean);
 * const report = await socket.close(1000, "done"); // never later than socket.closeTimeout
 */
export const GracefulWebSocket: GracefulWebSocketConstructor = /* @__PURE__ */ withGracefulClose(
  globalThis.WebSocket ?? missingWebSocket(),
);

/** Where the platform has no WebSocket (on some servers), importing still works; only constructing does not. */
function missingWebSocket(): typeof WebSocket {
  return class {
    constructor() {
      throw new TypeError(
        "This platform has no WebSocket. Make a class with withGracefulClose(Base), where Base is one of a package.",
      );
    }
  } as unknown as typeof WebSocket;
}
