// The core as a file of its own, which has to be there before the first socket is.

import { initSync } from "../target/wasm/graceful_websocket.js";

let isLoaded = false;

/** What the core can be made of: where it is, what was fetched, or a module that is compiled already. */
export type CoreSource = string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;

/**
 * Loads the core. Further calls do nothing once one has succeeded.
 *
 * @param source Default: the file `core.wasm` beside this module.
 * @throws {TypeError} (as a rejection) if it cannot be fetched, {WebAssembly.CompileError} if it is not the core.
 */
export async function init(source: CoreSource = new URL("./core.wasm", import.meta.url)): Promise<void> {
  if (isLoaded) {
    return;
  }
  const module = await compile(source);
  // Another call may have been faster.
  if (!isLoaded) {
    initSync({ module });
    isLoaded = true;
  }
}

/** Throws unless the core has been loaded. */
export function loadCore(): void {
  if (!isLoaded) {
    throw new TypeError("Await init() of graceful-websocket/slim before the first socket is constructed.");
  }
}

async function compile(source: CoreSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source);
  }
  const response = await (typeof source === "string" || source instanceof URL ? fetch(source) : source);
  if (!response.ok) {
    throw new TypeError(`The core could not be fetched: ${response.status} ${response.url}`);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
