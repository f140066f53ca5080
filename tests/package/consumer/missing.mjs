// The program of a consumer, on a runtime without a WebSocket: an ES module.

import { GracefulWebSocket } from "graceful-websocket";

new GracefulWebSocket("ws://127.0.0.1");
