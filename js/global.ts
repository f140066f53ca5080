// The classic script: <script src="…/graceful-websocket.global.js"> defines GracefulWebSocket, in pages and in workers.

import { GracefulWebSocket, withGracefulClose } from "./index.js";

Object.assign(globalThis, { GracefulWebSocket: Object.assign(GracefulWebSocket, { withGracefulClose }) });
