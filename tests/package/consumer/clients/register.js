// The entry that replaces the page's WebSocket, and an impatient class in the place of that.

import "graceful-websocket/register";
import { impatient } from "./exercise.js";

globalThis.WebSocket = impatient(WebSocket);
