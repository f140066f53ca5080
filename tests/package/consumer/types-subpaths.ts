// A strict consumer of the types of the other entries, which are ES modules only.

import { NativeWebSocket, unregister } from "graceful-websocket/register";
import { type CloseReport, type CoreSource, GracefulWebSocket, init } from "graceful-websocket/slim";

export async function usesAllOf(source: CoreSource): Promise<CloseReport> {
  await init();
  await init(source);
  await init(fetch("core.wasm"));
  const Native: typeof WebSocket | undefined = NativeWebSocket;
  unregister();
  return new GracefulWebSocket("wss://example.org").close(undefined, Native?.name);
}
