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

/** Whether the core can be compiled: there may be no WebAssembly, or a policy of the page may refuse it. */
function canCompile(): boolean {
  try {
    return Boolean(new WebAssembly.Module(EMPTY_MODULE));
  } catch {
    return false;
  }
}

const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

// Not if another copy of this package is there already, nor if nothing can be listened to.
if (
  typeof NativeWebSocket?.prototype?.dispatchEvent === "function" &&
  Object.getPrototypeOf(GracefulWebSocket) === NativeWebSocket
) {
  if (canCompile()) {
    takeShapeOf(NativeWebSocket, GracefulWebSocket);
    globalThis.WebSocket = GracefulWebSocket as unknown as typeof WebSocket;
  } else {
    // A page that has it is to be no worse off than without.
    console.warn(
      "graceful-websocket/register has changed nothing: WebAssembly is missing here, or refused by the page's " +
        "Content-Security-Policy ('wasm-unsafe-eval'). graceful-websocket/js does without.",
    );
  }
}
