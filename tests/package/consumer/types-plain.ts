// A consumer whose libraries know nothing of explicit resource management.

import { type CloseReport, GracefulWebSocket } from "graceful-websocket";

export async function uses(url: string): Promise<CloseReport> {
  const socket = new GracefulWebSocket(url, { closeTimeout: 100 });
  socket.send("text");
  return await socket.close(1000, "done");
}
