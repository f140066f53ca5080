// The package with the core as a file of its own: import { init, GracefulWebSocket } from "graceful-websocket/slim".

import { loadCore } from "./closing/core-separate.js";
import { createWithGracefulClose } from "./socket/mixin.js";
import type {
  GracefulWebSocketConstructor,
  GracefulWebSocket as GracefulWebSocketInstance,
  WithGracefulClose,
} from "./types.js";

export { type CoreSource, init } from "./closing/core-separate.js";
export type * from "./types.js";

/** As in `graceful-websocket`; {@link init} comes first. */
export const withGracefulClose: WithGracefulClose = /* @__PURE__ */ createWithGracefulClose(loadCore);

/** A WebSocket that always finishes closing: the platform's own class, with a bounded, truthful `close()`. */
export type GracefulWebSocket = GracefulWebSocketInstance;

/** As in `graceful-websocket`; {@link init} comes first. */
export const GracefulWebSocket: GracefulWebSocketConstructor = /* @__PURE__ */ withGracefulClose();
