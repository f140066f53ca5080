// The program of a consumer, on a runtime with a WebSocket of its own: the entry without WebAssembly, CommonJS.

const { GracefulWebSocket } = require("graceful-websocket/js");

import("./exercise.js")
  .then(({ exercise }) => exercise(GracefulWebSocket, process.argv[2]))
  .then((result) => console.log(JSON.stringify(result)));
