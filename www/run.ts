// One run: a native WebSocket and a GracefulWebSocket with the same peer, which get the same calls.

import { GracefulWebSocket } from "graceful-websocket";
import type { Behaviour } from "./behaviours.js";
import { call } from "./format.js";
import { Recorder } from "./recorder.js";

/** What is sent before closing where data is to be queued. */
export const QUEUED_BYTES = 32e6;

/** What `close()` is called with. */
export interface CloseArguments {
  readonly code: number | undefined;
  readonly reason: string;
  /** The new close timeout in milliseconds; `undefined` leaves it as it is. */
  readonly closeTimeout: number | undefined;
  readonly isDataQueued: boolean;
}

/** An exception, and whose it is. */
export interface Thrown {
  readonly by: "WebSocket" | "GracefulWebSocket";
  readonly error: Error;
}

export class Run {
  readonly behaviour: Behaviour;
  readonly native: Recorder;
  readonly graceful: Recorder<GracefulWebSocket>;
  /** The labels by which the server's log tells the two connections. */
  readonly tags: { readonly native: string; readonly graceful: string };
  /** Whether data was sent before closing. */
  isDataQueued = false;
  readonly #startedAt: number;
  readonly #abandoned = new AbortController();

  /** Opens both. An invalid timeout throws, and nothing is opened. */
  constructor(behaviour: Behaviour, closeTimeout: number | undefined, changed: () => void) {
    const name = `lab-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    const { signal } = this;
    const now = () => this.now;
    this.behaviour = behaviour;
    this.tags = { native: `${name}-native`, graceful: `${name}-graceful` };
    // Ours first, as the native one has no timeout that could be invalid.
    const graceful = new GracefulWebSocket(address(behaviour, this.tags.graceful), { closeTimeout });
    const native = new WebSocket(address(behaviour, this.tags.native));
    this.#startedAt = performance.now();
    this.graceful = new Recorder(graceful, now, changed, signal);
    this.native = new Recorder(native, now, changed, signal);
  }

  /** Milliseconds since the run began. */
  get now(): number {
    return performance.now() - this.#startedAt;
  }

  /** Aborted when nobody looks at this run any more. */
  get signal(): AbortSignal {
    return this.#abandoned.signal;
  }

  get isFinished(): boolean {
    return this.native.state === "CLOSED" && this.graceful.state === "CLOSED";
  }

  /** When ours must have settled; `null` while it is not closing, and if it settled without need of a deadline. */
  get deadline(): number | null {
    const { closeCalledAt, socket } = this.graceful;
    const isMet = socket.closeReport !== null && socket.closeReport.outcome !== "timed-out";
    return closeCalledAt === null || isMet ? null : closeCalledAt + socket.closeTimeout;
  }

  /** Resolves when neither is CONNECTING any more. */
  async opened(): Promise<void> {
    await Promise.all(
      [this.native, this.graceful].map(({ socket }) => leavesConnecting(socket, this.signal)),
    );
  }

  /** Closes both, and returns what they throw. */
  close({ code, reason, closeTimeout, isDataQueued }: CloseArguments): Thrown[] {
    const { native, graceful } = this;
    if (closeTimeout !== undefined && closeTimeout !== graceful.socket.closeTimeout) {
      const error = graceful.call(`closeTimeout = ${closeTimeout}`, (socket) => {
        socket.closeTimeout = closeTimeout;
      });
      if (error) {
        return [{ by: "GracefulWebSocket", error }];
      }
    }
    if (isDataQueued && !this.isDataQueued && this.#canSend) {
      this.isDataQueued = true;
      for (const recorder of [native, graceful]) {
        recorder.call("send(32 MB)", (socket) => socket.send(new ArrayBuffer(QUEUED_BYTES)));
      }
    }
    const thrown: Thrown[] = [];
    const parameters = reason === "" ? (code === undefined ? [] : [code]) : [code, reason];
    const text = call("close", ...parameters);
    for (const [by, recorder] of [
      ["GracefulWebSocket", graceful],
      ["WebSocket", native],
    ] as const) {
      const error = recorder.close(text, (socket) => socket.close(...(parameters as [number?, string?])));
      if (error) {
        thrown.push({ by, error });
      }
    }
    return thrown;
  }

  terminate(): void {
    this.graceful.call("terminate()", (socket) => socket.terminate());
  }

  /** Ends what can be ended. The native socket has no way to be ended, only to be closed. */
  abandon(): void {
    this.#abandoned.abort();
    this.graceful.socket.terminate();
    this.native.socket.close();
  }

  get #canSend(): boolean {
    return this.native.state === "OPEN" && this.graceful.state === "OPEN";
  }
}

/** Resolves after some milliseconds, or as soon as the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function leavesConnecting(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    for (const type of ["open", "close"]) {
      socket.addEventListener(type, () => resolve(), { once: true, signal });
    }
  });
}

function address({ path }: Behaviour, tag: string): URL {
  const url = new URL(path, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("tag", tag);
  return url;
}
