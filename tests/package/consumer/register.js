// The page of a consumer: the entry that replaces the page's WebSocket.

import "graceful-websocket/register";
import { exercise } from "./exercise.js";

globalThis.result = exercise(WebSocket, new URLSearchParams(location.search).get("server"));
