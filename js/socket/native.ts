// The members of the base class that the subclass overrides, and still needs.

/** The base class's own members, looked up when they are used. */
export class Native {
  readonly #prototype: WebSocket & { terminate?(): void };

  constructor(prototype: WebSocket) {
    this.#prototype = prototype;
  }

  readyState(socket: WebSocket): number {
    return Reflect.get(this.#prototype, "readyState", socket);
  }

  /** A subclass's own may count what is its own, and cannot run yet while our constructor does. */
  bufferedAmount(socket: WebSocket): number {
    return Reflect.get(this.#prototype, "bufferedAmount", socket);
  }

  /** Engines differ in `close(undefined, "reason")`, so what is not there is not passed. */
  close(socket: WebSocket, code?: number, reason?: string): void {
    if (code === undefined) {
      this.#prototype.close.call(socket);
    } else {
      this.#prototype.close.call(socket, code, reason);
    }
  }

  /** Cuts the connection, where the base class can: the standard has no way to. */
  terminate(socket: WebSocket): void {
    this.#prototype.terminate?.call(socket);
  }

  /** A subclass's own `addEventListener` could not run yet: its fields come after our constructor. */
  listen(socket: WebSocket, ...args: Parameters<WebSocket["addEventListener"]>): void {
    this.#prototype.addEventListener.apply(socket, args);
  }

  unlisten(socket: WebSocket, ...args: Parameters<WebSocket["removeEventListener"]>): void {
    this.#prototype.removeEventListener.apply(socket, args);
  }

  dispatch(socket: WebSocket, event: Event): void {
    this.#prototype.dispatchEvent.call(socket, event);
  }
}
