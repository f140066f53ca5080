// PartyKit's, which reconnects.

import { WebSocket as PartySocket } from "partysocket";
import { contestant } from "./contestant.mjs";

export const { receive, send, cycle, openAll } = contestant((url) => new PartySocket(url));
