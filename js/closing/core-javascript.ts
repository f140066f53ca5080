// The core as plain JavaScript, made of the same WebAssembly: for pages that have none, or whose policy refuses it.

import { instantiate } from "../../target/core/core.js";
import { Core, type CoreExports } from "./core.js";

let core: Core | undefined;

/** The core; made the first time. */
export function loadCore(): Core {
  core ??= new Core(instantiate({}) as CoreExports);
  return core;
}
