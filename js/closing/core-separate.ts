// The core as a file of its own, which has to be there before the first socket is.

import { Core, type CoreExports } from "./core.js";

let core: Core | undefined;

/** What the core can be made of: where it is, what was fetched, or a module that is compiled already. */
export type CoreSource = string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;

/**
 * Loads the core. Further calls do nothing once one has succeeded.
 *
 * @param source Default: the file `core.wasm` beside this module.
 * @throws {TypeError} (as a rejection) if it cannot be fetched, {WebAssembly.CompileError} if it is not the core.
 */
export async function init(source: CoreSource = new URL("./core.wasm", import.meta.url)): Promise<void> {
  if (core) {
    return;
  }
  const { exports } = new WebAssembly.Instance(await compile(source));
  if (typeof exports.step !== "function") {
    throw new TypeError("The source is a WebAssembly module, but not the core of graceful-websocket.");
  }
  // Another call may have been faster.
  core ??= new Core(exports as unknown as CoreExports);
}

/** Throws unless the core has been loaded. @internal */
export function loadCore(): Core {
  if (!core) {
    throw new TypeError("Await init() of graceful-websocket/slim before the first socket is constructed.");
  }
  return core;
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
