// The one that most that reconnect descend from.

import ReconnectingWebSocket from "reconnecting-websocket";
import { contestant } from "./contestant.mjs";

export const { receive, send, cycle, openAll } = contestant((url) => new ReconnectingWebSocket(url));
