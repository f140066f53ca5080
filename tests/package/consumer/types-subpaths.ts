// A strict consumer of the types of the other entries, as ES modules.

import { GracefulWebSocket as InJavaScript, withGracefulClose } from "graceful-websocket/js";
import { NativeWebSocket, unregister } from "graceful-websocket/register";
import { type CloseReport, type CoreSource, GracefulWebSocket, init } from "graceful-websocket/slim";

export async function usesAllOf(source: CoreSource): Promise<CloseReport> {
  await init();
  await init(source);
  await init(fetch("core.wasm"));
  const Native: typeof WebSocket | undefined = NativeWebSocket;
  unregister();
  const first: Promise<CloseReport> = new InJavaScript("wss://example.org", { closeTimeout: 100 }).close();
  const second: Promise<CloseReport> = new (withGracefulClose(WebSocket))("wss://example.org").closed;
  await Promise.all([first, second]);
  return new GracefulWebSocket("wss://example.org").close(undefined, Native?.name);
}
