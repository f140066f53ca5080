// The program of a consumer, with the class of the package `ws`: an ES module.

import { withGracefulClose } from "graceful-websocket";
import { standardWebSocket } from "graceful-websocket/ws";
import WebSocket from "ws";
import { exercise } from "../exercise.js";

const GracefulWebSocket = withGracefulClose(standardWebSocket(WebSocket));

console.log(JSON.stringify(await exercise(GracefulWebSocket, process.argv[2])));
