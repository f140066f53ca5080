// Ours.

import { GracefulWebSocket } from "graceful-websocket";
import { contestant } from "./contestant.mjs";

export const { receive, send, cycle, openAll } = contestant((url) => new GracefulWebSocket(url));
