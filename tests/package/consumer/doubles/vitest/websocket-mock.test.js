// vitest-websocket-mock, in Vitest.

import { GracefulWebSocket } from "graceful-websocket";
import { afterEach, expect, test } from "vitest";
import { WS } from "vitest-websocket-mock";
import { describeWebSocketMock } from "../websocket-mock.js";

describeWebSocketMock({ WS, GracefulWebSocket, expect, test, afterEach });
