// The core, compiled to WebAssembly, as part of this file: no bundler has to find it.

import { core } from "../target/wasm/core.js";
import { initSync } from "../target/wasm/graceful_websocket.js";

let isLoaded = false;

/** Compiles the core, the first time. Synchronous: it is small, and a constructor cannot wait. */
export function loadCore(): void {
  if (!isLoaded) {
    initSync({ module: compile(toBytes(core)) });
    isLoaded = true;
  }
}

// How the core is written: `inline` in `xtask/src/build.rs` says why.
const RADIX = 91;
const MARKS = "!~";
const ZERO = 35;
const BACKSLASH = 92;

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let high = 0;
  for (const character of text) {
    const mark = MARKS.indexOf(character) + 1;
    if (mark > 0) {
      high = mark * RADIX;
    } else {
      const code = character === " " ? BACKSLASH : character.charCodeAt(0);
      bytes.push(high + code - ZERO);
      high = 0;
    }
  }
  return Uint8Array.from(bytes);
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
