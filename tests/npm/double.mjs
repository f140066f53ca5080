// A WebSocket class of the standard's kind that has no connection: a test says what becomes of it. It runs in a page, by
// way of a module that is served there, and in Node.

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

/** Its members are where the standard has them: on the prototype, attributes as accessors. */
export class Double extends EventTarget {
  #readyState = CONNECTING;
  #url;

  constructor(url) {
    super();
    this.#url = `${url}`;
  }

  get url() {
    return this.#url;
  }

  get readyState() {
    return this.#readyState;
  }

  get bufferedAmount() {
    return 0;
  }

  send() {}

  /** A peer that never answers. */
  close() {
    this.#readyState = Math.max(this.#readyState, CLOSING);
  }

  /** The connection is established. */
  open() {
    this.#readyState = OPEN;
    this.dispatchEvent(new Event("open"));
  }

  /** The connection has ended; the event says so. */
  end(event) {
    this.#readyState = CLOSED;
    this.dispatchEvent(event);
  }
}
