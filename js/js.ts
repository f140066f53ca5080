// The package without WebAssembly: import { GracefulWebSocket } from "graceful-websocket/js".

import { loadCore } from "./closing/core-javascript.js";
import { createWithGracefulClose } from "./socket/mixin.js";
import type {
  GracefulWebSocketConstructor,
  GracefulWebSocket as GracefulWebSocketInstance,
  WithGracefulClose,
} from "./types.js";

export type * from "./types.js";

/** As in `graceful-websocket`. */
export const withGracefulClose: WithGracefulClose = /* @__PURE__ */ createWithGracefulClose(loadCore);

/** A WebSocket that always finishes closing: the platform's own class, with a bounded, truthful `close()`. */
export type GracefulWebSocket = GracefulWebSocketInstance;

/** As in `graceful-websocket`; for pages without WebAssembly, or whose policy refuses it. */
export const GracefulWebSocket: GracefulWebSocketConstructor = /* @__PURE__ */ withGracefulClose();
