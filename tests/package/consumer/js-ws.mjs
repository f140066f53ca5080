// The program of a consumer, on a runtime without WebAssembly, with the class of the package `ws`.

import { withGracefulClose } from "graceful-websocket/js";
import { standardWebSocket } from "graceful-websocket/ws";
import { WebSocket } from "ws";
import { exercise } from "./exercise.js";

console.log(JSON.stringify(await exercise(withGracefulClose(standardWebSocket(WebSocket)), process.argv[2])));
