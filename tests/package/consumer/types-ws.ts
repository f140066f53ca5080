// A strict consumer of the types of `graceful-websocket/ws`, with those of `ws`.

import { type GracefulWebSocket, withGracefulClose } from "graceful-websocket";
import { standardWebSocket, type TerminableWebSocket } from "graceful-websocket/ws";
import { type ClientOptions, WebSocket as WebSocketOfWs } from "ws";

const options: ClientOptions = { headers: { Authorization: "Bearer token" }, handshakeTimeout: 1_000 };

const Standard = standardWebSocket(WebSocketOfWs);
const Graceful = withGracefulClose(Standard);

export function usesAllOf(url: URL): void {
  const standard: TerminableWebSocket = new Standard(url, ["chat"], options);
  standard.terminate();
  const socket: GracefulWebSocket = new Graceful(url, { closeTimeout: 100 }, options);
  new Graceful(url);
  new Graceful("wss://example.org", "chat");
  socket.terminate();

  // @ts-expect-error: the options are those of ws.
  new Standard(url, [], { handshakeTimeout: "1000" });
  // @ts-expect-error: also when they have come through the mixin.
  new Graceful(url, [], { handshakeTimeout: "1000" });
  // @ts-expect-error: there is no fourth.
  new Graceful(url, [], options, 4);
  // @ts-expect-error: the class of ws is not of the standard's kind.
  withGracefulClose(WebSocketOfWs);
  // @ts-expect-error: the platform's class takes no third argument.
  new (withGracefulClose(WebSocket))(url, [], options);
}
