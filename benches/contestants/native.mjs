// The browser's own.

import { contestant } from "./contestant.mjs";

export const { receive, send, cycle, openAll } = contestant((url) => new WebSocket(url));
