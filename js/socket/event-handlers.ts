// The event handler attributes of an object, such as `onopen`. (HTML, section 8.1.8.1, "event handlers".)

export type EventHandler = (event: Event) => unknown;

/** The handlers of one object, each of which is called in its turn among the listeners. */
export class EventHandlers implements EventListenerObject {
  readonly #target: EventTarget;
  readonly #handlers = new Map<string, EventHandler>();

  constructor(target: EventTarget) {
    this.#target = target;
  }

  get(type: string): EventHandler | null {
    return this.#handlers.get(type) ?? null;
  }

  set(type: string, handler: unknown): void {
    if (typeof handler === "function") {
      this.#handlers.set(type, handler as EventHandler);
      // Nothing happens if it is there: another handler takes the place of the one before.
      this.#target.addEventListener(type, this);
    } else {
      this.#handlers.delete(type);
      this.#target.removeEventListener(type, this);
    }
  }

  handleEvent(event: Event): void {
    this.#handlers.get(event.type)?.call(this.#target, event);
  }
}
