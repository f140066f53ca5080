// The core, compiled to WebAssembly, as part of this file: no bundler has to find it.

import { core as text } from "../../target/core/text.js";
import { Core, type CoreExports } from "./core.js";

let core: Core | undefined;

/** The core; compiled the first time. Synchronous: it is small, and a constructor cannot wait. */
export function loadCore(): Core {
  core ??= new Core(instantiate(toBytes(text)).exports as unknown as CoreExports);
  return core;
}

// How the core is written: `inline` in `xtask/src/build.rs` says why.
const RADIX = 91;
const ONE_RADIX = 33; // "!"
const TWO_RADIXES = 126; // "~"
const ZERO = 35; // "#"
const SPACE = 32;
const BACKSLASH = 92;

/** By index, since it runs once and so is never compiled: with iterators it would take more than twice as long. */
function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let high = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === ONE_RADIX) {
      high = RADIX;
    } else if (code === TWO_RADIXES) {
      high = 2 * RADIX;
    } else {
      bytes[length] = high + (code === SPACE ? BACKSLASH : code) - ZERO;
      length += 1;
      high = 0;
    }
  }
  return bytes.subarray(0, length);
}

/** Compiles, or says what stands in the way. */
function instantiate(bytes: BufferSource): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytes));
  } catch (cause) {
    const obstacle =
      typeof WebAssembly === "undefined"
        ? "There is no WebAssembly here."
        : "The page's Content-Security-Policy must allow 'wasm-unsafe-eval' in its script-src (or default-src).";
    throw new Error(
      `graceful-websocket could not compile its WebAssembly core. ${obstacle} The entry graceful-websocket/js does without.`,
      { cause },
    );
  }
}
