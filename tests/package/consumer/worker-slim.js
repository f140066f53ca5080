// The Worker of a consumer in workerd: the slim entry, whose core is compiled with the Worker.

import core from "graceful-websocket/core.wasm";
import { GracefulWebSocket, init } from "graceful-websocket/slim";
import { answer } from "./worker-exercise.js";

export default {
  async fetch(request) {
    await init(core);
    return answer(request, GracefulWebSocket);
  },
};
