// The core, compiled to WebAssembly, as part of this file: no bundler has to find it.

import { hex } from "../target/wasm/core.js";
import { initSync } from "../target/wasm/graceful_websocket.js";

let isLoaded = false;

/** Compiles the core, the first time. Synchronous: it is small, and a constructor cannot wait. */
export function loadCore(): void {
  if (!isLoaded) {
    const bytes = Uint8Array.from(hex.match(/../g) as string[], (byte) => Number.parseInt(byte, 16));
    initSync({ module: compile(bytes) });
    isLoaded = true;
  }
}

/** Compiles, or says what stands in the way. */
function compile(bytes: BufferSource): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new Error(
      "graceful-websocket could not compile its WebAssembly core. If the page has a Content-Security-Policy, " +
        "its script-src (or default-src) must allow 'wasm-unsafe-eval'.",
      { cause },
    );
  }
}
