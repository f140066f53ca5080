// The classic script: <script src="…/graceful-websocket.global.js"> defines GracefulWebSocket, in pages and in workers.

import { GracefulWebSocket, withGracefulClose } from "./index.js";
import { takeShapeOf } from "./socket/interface.js";

// It is mostly put in the place of the platform's.
takeShapeOf(Object.getPrototypeOf(GracefulWebSocket), GracefulWebSocket);
Object.assign(globalThis, { GracefulWebSocket: Object.assign(GracefulWebSocket, { withGracefulClose }) });
