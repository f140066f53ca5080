// The program of a consumer, with the class of the package `ws`: CommonJS.

const { withGracefulClose } = require("graceful-websocket");
const { standardWebSocket } = require("graceful-websocket/ws");
const WebSocket = require("ws");

const GracefulWebSocket = withGracefulClose(standardWebSocket(WebSocket));

import("../exercise.js")
  .then(({ exercise }) => exercise(GracefulWebSocket, process.argv[2]))
  .then((result) => console.log(JSON.stringify(result)));
