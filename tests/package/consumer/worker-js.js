// The Worker of a consumer in workerd: the entry without WebAssembly.

import { GracefulWebSocket } from "graceful-websocket/js";
import { answer } from "./worker-exercise.js";

export default {
  fetch: (request) => answer(request, GracefulWebSocket),
};
