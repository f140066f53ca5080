// A strict consumer of the types of `graceful-websocket/js`, which is CommonJS too.

import { type CloseReport, GracefulWebSocket, withGracefulClose } from "graceful-websocket/js";

export function usesAllOf(): Promise<CloseReport>[] {
  const other = withGracefulClose(WebSocket);
  return [GracefulWebSocket, other].map((Class) => new Class("wss://example.org").close(1000, "done"));
}
