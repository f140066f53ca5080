// jest-websocket-mock, in Jest.

import { GracefulWebSocket } from "graceful-websocket";
import { WS } from "jest-websocket-mock";
import { describeWebSocketMock } from "../websocket-mock.js";

describeWebSocketMock({ WS, GracefulWebSocket, expect, test, afterEach });
