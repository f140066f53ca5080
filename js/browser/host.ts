// What the sockets of a realm need of it: a clock, a timer, tasks, and the comings and goings of the page.

import { isDeno, isGecko } from "./engine.js";

export enum PageEvent {
  /** It is hidden, or back: timers may be held back from now on, or may have stood still. */
  Changed,
  /** It is about to go somewhere else, or seems to; in Gecko alone, which closes its sockets then. */
  Leaving,
}

/** A realm, or what stands for one in a test. Each member is called as a method, and looks up the platform's when it is. */
export interface Host {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  setTimer(callback: () => void, milliseconds: number): unknown;
  clearTimer(timer: unknown): void;
  /** Whether timers may be held back. */
  isHidden(): boolean | undefined;
  /** Makes what asks for tasks: each `post()` runs the callback in one more task, behind those that are queued. */
  openPort(callback: () => void): TaskPort;
  /** Calls back for as long as the realm lives. */
  listenToPage(callback: (event: PageEvent) => void): void;
}

export interface TaskPort {
  post(): void;
  /** No task is asked for any more: nothing here keeps a process alive. */
  rest(): void;
}

export const realm: Host = {
  now: () => performance.now(),
  setTimer: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimer: (timer) => clearTimeout(timer as number),
  isHidden: () => globalThis.document?.hidden,
  openPort,
  listenToPage,
};

/** In Node, Deno and Bun a port keeps the process alive as long as it listens, unless it is told not to. */
type ProcessPort = MessagePort & { ref?(): void; unref?(): void };

/** By messages: a hidden page holds timers back, and messages not. (HTML, "message ports".) */
function openPort(callback: () => void): TaskPort {
  if (typeof MessageChannel !== "function") {
    return { post: () => setTimeout(callback), rest() {} };
  }
  const { port1, port2 } = new MessageChannel();
  const port: ProcessPort = port1;
  port.onmessage = callback;
  let isAwaited = false;
  return {
    post() {
      isAwaited = true;
      port.ref?.();
      port2.postMessage(null);
    },
    rest() {
      isAwaited = false;
      if (isDeno) {
        // It does not heed that in a task of the port's own, nor a second time.
        setTimeout(() => isAwaited || port.unref?.());
      } else {
        port.unref?.();
      }
    },
  };
}

function listenToPage(callback: (event: PageEvent) => void): void {
  if (!globalThis.document) {
    return; // a worker hears of none of them; and workerd refuses to capture
  }
  const change = () => callback(PageEvent.Changed);
  // HTML, "page visibility" and "reactivate a document"; Page Lifecycle. `resume` does not bubble, so: capture.
  for (const type of ["visibilitychange", "pageshow", "resume"]) {
    addEventListener(type, change, true);
  }
  if (isGecko) {
    addEventListener("beforeunload", () => callback(PageEvent.Leaving));
  }
}
