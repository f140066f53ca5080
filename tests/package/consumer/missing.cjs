// The program of a consumer, on a runtime without a WebSocket: CommonJS.

const { GracefulWebSocket } = require("graceful-websocket");

new GracefulWebSocket("ws://127.0.0.1");
