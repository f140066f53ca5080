// For a component: a GracefulWebSocket from mount to unmount. Copy this file.

import { GracefulWebSocket, type GracefulWebSocketOptions } from "graceful-websocket";

type Options = GracefulWebSocketOptions & { onMessage(data: string | Blob | ArrayBuffer): void };

/** What a component may show of the socket. There is none before the mount. */
function seen(socket: GracefulWebSocket | null) {
  return { socket, readyState: socket?.readyState ?? 0, report: socket?.closeReport ?? null };
}

export function useGracefulWebSocket(url: () => string, { onMessage, ...options }: Options) {
  let connection = $state.raw(seen(null));

  // Effects run after the mount, so never on a server.
  $effect(() => {
    const socket = new GracefulWebSocket(url(), options);
    const listening = new AbortController();
    const on = { signal: listening.signal };
    const show = () => {
      connection = seen(socket);
    };
    socket.addEventListener("open", show, on);
    socket.addEventListener("close", show, on);
    socket.addEventListener("message", ({ data }) => onMessage(data), on);
    show();
    return () => {
      listening.abort(); // Its late events are not for the next socket, nor for a component that is gone.
      socket.close(1000, "no longer needed");
    };
  });

  /** Closing, unlike open and close, is told by no event. */
  function close(code?: number, reason?: string) {
    connection.socket?.close(code, reason);
    connection = seen(connection.socket);
  }
  return { connection: () => connection, close };
}
