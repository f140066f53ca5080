// A consumer of the types of `graceful-websocket/ws`, without those of `ws`.

import { withGracefulClose } from "graceful-websocket";
import { standardWebSocket, type WsClass } from "graceful-websocket/ws";

export function uses(Ws: WsClass<{ origin?: string }>): void {
  const socket = new (withGracefulClose(standardWebSocket(Ws)))("wss://example.org", [], { origin: "me" });
  socket.close(1000, "done").then(({ outcome }) => outcome);
}
