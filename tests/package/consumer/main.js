// The page of a consumer: the default entry.

import { GracefulWebSocket } from "graceful-websocket";
import { exercise } from "./exercise.js";

globalThis.result = exercise(GracefulWebSocket, new URLSearchParams(location.search).get("server"));
