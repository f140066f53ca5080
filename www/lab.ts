import { GracefulWebSocket } from "graceful-websocket";
(globalThis as any).G = GracefulWebSocket;
