// The page of a consumer: the slim entry, which is told where its core is.

import { GracefulWebSocket, init } from "graceful-websocket/slim";
import { exercise } from "./exercise.js";

globalThis.result = init(new URL("graceful-websocket/core.wasm", import.meta.url)).then(() =>
  exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server")),
);
