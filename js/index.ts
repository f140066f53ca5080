// The package: import { GracefulWebSocket } from "graceful-websocket".

import { loadCore } from "./closing/core-inline.js";
import { createWithGracefulClose } from "./socket/mixin.js";
import type {
  GracefulWebSocketConstructor,
  GracefulWebSocket as GracefulWebSocketInstance,
  WithGracefulClose,
} from "./types.js";

export type * from "./types.js";

/**
 * Makes a class of WebSockets that always finish closing out of any class that behaves as the standard's: a runtime's
 * own, a package's, a test's.
 *
 * @example
 * import { WebSocket } from "undici";
 * const GracefulWebSocket = withGracefulClose(WebSocket);
 */
export const withGracefulClose: WithGracefulClose = /* @__PURE__ */ createWithGracefulClose(loadCore);

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
export const GracefulWebSocket: GracefulWebSocketConstructor = /* @__PURE__ */ withGracefulClose();
