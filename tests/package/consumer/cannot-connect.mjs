// The program of a consumer, on a runtime whose own WebSocket does not come about without WebAssembly.

import { GracefulWebSocket } from "graceful-websocket/js";

const socket = new GracefulWebSocket(`${process.argv[2]}/echo`);
console.log(JSON.stringify(await socket.closed));
