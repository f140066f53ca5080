// What the server saw of a connection, asked for until TCP has ended.

import { codeAndReason, seconds } from "./format.js";
import { pause } from "./run.js";

/** What the server saw, in words. */
export interface Seen {
  readonly received: string;
  readonly sent: string;
  readonly tcp: string;
}

/** The parts of the log's JSON that are read here. */
interface Connection {
  readonly startedAt: number;
  readonly frames: readonly {
    readonly direction: "received" | "sent";
    readonly opcode: string;
    readonly at: number;
    readonly code?: number | null;
    readonly reason?: string;
  }[];
  readonly ended: { readonly at: number; readonly by: keyof typeof ENDED_BY } | null;
}

const ENDED_BY = {
  "client-fin": "ended by the browser",
  "client-reset": "reset by the browser",
  server: "ended by the server",
  lifetime: "dropped by the server for its age",
} as const;

const PAUSE = 400;

/** What the server saw of a connection that was given up before it asked for it. */
const NOTHING: Seen = { received: "none", sent: "none", tcp: "no request came" };

/** Tells what the server sees of the connection with this tag, again and again until it has ended. */
export async function watch(
  tag: string,
  signal: AbortSignal,
  isClosed: () => boolean,
  tell: (seen: Seen) => void,
): Promise<void> {
  for (let isEnded = false; !isEnded && !signal.aborted; ) {
    const isLast = isClosed();
    try {
      const response = await fetch(`/log?tag=${encodeURIComponent(tag)}`, { signal });
      const { connections } = (await response.json()) as { connections: Connection[] };
      const connection = connections[0];
      if (connection) {
        tell(describe(connection));
        isEnded = connection.ended !== null;
      } else if (isLast) {
        tell(NOTHING);
        isEnded = true;
      }
    } catch {
      // The server is gone or the run is over: nobody is left to ask, or to be told.
      return;
    }
    if (!isEnded) {
      await pause(PAUSE, signal);
    }
  }
}

function describe({ frames, startedAt, ended }: Connection): Seen {
  const close = (wanted: "received" | "sent", none: string) => {
    const frame = frames.find(({ direction, opcode }) => direction === wanted && opcode === "close");
    if (!frame) {
      return none;
    }
    const body = frame.code == null ? "without a code" : codeAndReason(frame.code, frame.reason ?? "");
    return `${body}, at ${seconds(frame.at - startedAt)}`;
  };
  const none = ended ? "none" : "none yet";
  return {
    received: close("received", none),
    sent: close("sent", none),
    tcp: ended ? `${ENDED_BY[ended.by]}, at ${seconds(ended.at - startedAt)}` : "still open",
  };
}
