// The program of a consumer, on a runtime with a WebSocket of its own: the entry without WebAssembly, an ES module.

import { GracefulWebSocket } from "graceful-websocket/js";
import { exercise } from "./exercise.js";

console.log(JSON.stringify(await exercise(GracefulWebSocket, process.argv[2])));
