// The hook: a GracefulWebSocket from mount to unmount. Copy this file. It needs React 19.2, for useEffectEvent.

import { GracefulWebSocket, type GracefulWebSocketOptions } from "graceful-websocket";
import { useEffect, useEffectEvent, useState } from "react";

type Options = GracefulWebSocketOptions & { onMessage(data: string | Blob | ArrayBuffer): void };

/** What a render may show of the socket. There is none before the first effect. */
function seen(socket: GracefulWebSocket | null) {
  return { socket, readyState: socket?.readyState ?? 0, report: socket?.closeReport ?? null };
}

export function useGracefulWebSocket(url: string, { onMessage, ...options }: Options) {
  const [connection, setConnection] = useState(() => seen(null));
  const connect = useEffectEvent((url: string) => new GracefulWebSocket(url, options));
  const receive = useEffectEvent(onMessage);

  useEffect(() => {
    const socket = connect(url);
    const listening = new AbortController();
    const on = { signal: listening.signal };
    const show = () => setConnection(seen(socket));
    socket.addEventListener("open", show, on);
    socket.addEventListener("close", show, on);
    socket.addEventListener("message", ({ data }) => receive(data), on);
    show();
    return () => {
      listening.abort(); // Its late events are not for the next socket, nor for a component that is gone.
      socket.close(1000, "no longer needed");
    };
  }, [url]);

  /** Closing, unlike open and close, is told by no event. */
  function close(code?: number, reason?: string) {
    connection.socket?.close(code, reason);
    setConnection(seen(connection.socket));
  }
  return { ...connection, close };
}
