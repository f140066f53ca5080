// The program of a consumer, on a runtime with a WebSocket of its own.

import { GracefulWebSocket } from "graceful-websocket";
import { exercise } from "./exercise.js";

console.log(JSON.stringify(await exercise(GracefulWebSocket, process.argv[2])));
