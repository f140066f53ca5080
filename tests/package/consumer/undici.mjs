// The program of a consumer, on a runtime without a WebSocket, with the class of the package `undici`.

import { withGracefulClose } from "graceful-websocket";
import { WebSocket } from "undici";
import { exercise } from "./exercise.js";

console.log(JSON.stringify(await exercise(withGracefulClose(WebSocket), process.argv[2])));
