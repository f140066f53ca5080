// The composable: a GracefulWebSocket from mount to unmount. Copy this file.

import { GracefulWebSocket, type GracefulWebSocketOptions } from "graceful-websocket";
import { type MaybeRefOrGetter, shallowRef, toValue, watchPostEffect } from "vue";

type Options = GracefulWebSocketOptions & { onMessage(data: string | Blob | ArrayBuffer): void };

/** What a component may show of the socket. There is none before the mount. */
function seen(socket: GracefulWebSocket | null) {
  return { socket, readyState: socket?.readyState ?? 0, report: socket?.closeReport ?? null };
}

export function useGracefulWebSocket(url: MaybeRefOrGetter<string>, { onMessage, ...options }: Options) {
  const connection = shallowRef(seen(null));

  // It first runs after the mount, so never on a server.
  watchPostEffect((onCleanup) => {
    const socket = new GracefulWebSocket(toValue(url), options);
    const listening = new AbortController();
    const on = { signal: listening.signal };
    const show = () => {
      connection.value = seen(socket);
    };
    socket.addEventListener("open", show, on);
    socket.addEventListener("close", show, on);
    socket.addEventListener("message", ({ data }) => onMessage(data), on);
    show();
    onCleanup(() => {
      listening.abort(); // Its late events are not for the next socket, nor for a component that is gone.
      socket.close(1000, "no longer needed");
    });
  });

  /** Closing, unlike open and close, is told by no event. */
  function close(code?: number, reason?: string) {
    connection.value.socket?.close(code, reason);
    connection.value = seen(connection.value.socket);
  }
  return { connection, close };
}
