// The page of a consumer: the entry without WebAssembly.

import { GracefulWebSocket } from "graceful-websocket/js";
import { exercise } from "./exercise.js";

globalThis.result = exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server"));
