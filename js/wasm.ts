// The core, compiled to WebAssembly: part of this file, so that no bundler has to find it.

import { hex } from "../target/wasm/core.js";
import { initSync } from "../target/wasm/graceful_websocket.js";

let isLoaded = false;

/** Compiles the core, the first time. Synchronous: it is small, and a constructor cannot wait. */
export function loadCore(): void {
  if (!isLoaded) {
    const bytes = Uint8Array.from(hex.match(/../g) as string[], (byte) => Number.parseInt(byte, 16));
    initSync({ module: new WebAssembly.Module(bytes) });
    isLoaded = true;
  }
}
