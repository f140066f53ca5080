// The page of a consumer: the slim entry, which finds its core by itself.

import { GracefulWebSocket, init } from "graceful-websocket/slim";
import { exercise } from "./exercise.js";

globalThis.result = init().then(() =>
  exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server")),
);
