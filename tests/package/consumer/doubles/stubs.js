// Stubs as people write them into their tests: no two alike, each with the same peers behind it.

import { CLOSE_TIMEOUT_MS } from "./exercise.js";

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3];

/** The peer behind a stub, by the path of its address; it drives the stub by its state and its events. */
export class Peer {
  /** What it was told. */
  messages = [];
  closes = [];
  #path;
  #emit;
  #setState;

  constructor(stub, { emit, setState }) {
    this.#path = new URL(stub.url).pathname;
    this.#emit = emit;
    this.#setState = setState;
    setTimeout(() => this.#begin());
  }

  #begin() {
    if (this.#path === "/refuse") {
      this.#setState(CLOSED);
      this.#emit(new Event("error"));
      this.#emit(closeEvent({ code: 1006, reason: "", wasClean: false }));
      return;
    }
    this.#setState(OPEN);
    this.#emit(new Event("open"));
    const endsBySelf = {
      "/away": { code: 1001, reason: "away", wasClean: true },
      "/drop": { code: 1006, reason: "", wasClean: false },
      // What no platform says of a connection that was lost.
      "/drop-clean": { code: 1006, reason: "", wasClean: true },
      "/drop-without-code": { wasClean: false },
    };
    if (endsBySelf[this.#path]) {
      setTimeout(() => this.end(endsBySelf[this.#path]));
    }
  }

  send(data) {
    this.messages.push(data);
    setTimeout(() => this.#emit(new MessageEvent("message", { data })));
  }

  close(code, reason) {
    this.closes.push({ code, reason });
    this.#setState(CLOSING);
    if (this.#path === "/echo") {
      setTimeout(() => this.end({ code, reason, wasClean: true }));
    }
  }

  /** Also the answer that comes late. */
  end(how) {
    this.#setState(CLOSED);
    this.#emit(closeEvent(how));
  }
}

/** An event without the class, which Node 20 has not. */
function closeEvent(fields) {
  return Object.assign(new Event("close"), fields);
}

/** The class that most tests have, with methods where classes have them. */
class Assigning extends EventTarget {
  constructor(url) {
    super();
    this.url = `${url}`;
    this.readyState = CONNECTING;
    this.peer = new Peer(this, {
      emit: (event) => {
        this.dispatchEvent(event);
        this[`on${event.type}`]?.(event);
      },
      setState: (state) => {
        this.readyState = state;
      },
    });
  }

  send(data) {
    this.peer.send(data);
  }

  close(code, reason) {
    this.peer.close(code, reason);
  }
}

class Fields extends EventTarget {
  url = "";
  readyState = CONNECTING;
  protocol = "";
  bufferedAmount = 0;
  binaryType = "blob";
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;

  constructor(url) {
    super();
    this.url = `${url}`;
    this.peer = new Peer(this, {
      emit: (event) => {
        // One that calls the handler first lets it hear what nobody has looked at.
        this.dispatchEvent(event);
        this[`on${event.type}`]?.(event);
      },
      setState: (state) => {
        this.readyState = state;
      },
    });
  }

  send(data) {
    this.peer.send(data);
  }

  close(code, reason) {
    this.peer.close(code, reason);
  }
}

class Arrows extends EventTarget {
  readyState = CONNECTING;
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  send = (data) => this.peer.send(data);
  close = (code, reason) => this.peer.close(code, reason);
  dispatchEvent = (event) => {
    const isDone = super.dispatchEvent(event);
    this[`on${event.type}`]?.(event);
    return isDone;
  };

  constructor(url) {
    super();
    this.url = `${url}`;
    this.peer = new Peer(this, {
      emit: this.dispatchEvent,
      setState: (state) => {
        this.readyState = state;
      },
    });
  }
}

/** As the platform's: the state is behind a getter, and so are the handlers. */
class Getters extends EventTarget {
  #state = CONNECTING;
  #handlers = {};

  constructor(url) {
    super();
    this.url = `${url}`;
    this.peer = new Peer(this, {
      emit: (event) => this.dispatchEvent(event),
      setState: (state) => {
        this.#state = state;
      },
    });
  }

  get readyState() {
    return this.#state;
  }

  send(data) {
    this.peer.send(data);
  }

  close(code, reason) {
    this.peer.close(code, reason);
  }

  #handle(type, handler) {
    this.removeEventListener(type, this.#handlers[type]);
    this.#handlers[type] = handler;
    this.addEventListener(type, handler);
  }

  static {
    for (const type of ["open", "message", "error", "close"]) {
      Object.defineProperty(Getters.prototype, `on${type}`, {
        get() {
          return this.#handlers[type] ?? null;
        },
        set(handler) {
          this.#handle(type, handler);
        },
      });
    }
  }
}

/** No EventTarget: it keeps functions in a list, and calls them with whatever it is given. */
class Lists {
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;
  readyState = CONNECTING;
  listeners = {};

  constructor(url) {
    this.url = `${url}`;
    this.peer = new Peer(this, {
      emit: ({ type, data, code, reason, wasClean }) =>
        this.dispatchEvent({ type, data, code, reason, wasClean, target: this }),
      setState: (state) => {
        this.readyState = state;
      },
    });
  }

  addEventListener(type, listener) {
    this.listeners[type] ??= [];
    this.listeners[type].push(listener);
  }

  removeEventListener(type, listener) {
    this.listeners[type] = this.listeners[type]?.filter((other) => other !== listener);
  }

  dispatchEvent(event) {
    this[`on${event.type}`]?.(event);
    for (const listener of this.listeners[event.type] ?? []) {
      listener(event);
    }
    return true;
  }

  send(data) {
    this.peer.send(data);
  }

  close(code, reason) {
    this.peer.close(code, reason);
  }
}

/** No class: a function that gives back another object, as a mocked constructor does. */
function Returning(url) {
  return new Fields(url);
}

/** By what is particular about each. */
export const STUBS = {
  "assigns its state in the constructor": Assigning,
  "has class fields, and calls its handlers itself": Fields,
  "has arrow functions of its own": Arrows,
  "has its state and its handlers behind accessors": Getters,
  "keeps its listeners in a list": Lists,
  "returns another object": Returning,
};

/** Lets the peer of a stub answer at last, and waits until whoever was to hear of it has. */
export async function answerLate({ peer }) {
  peer.end({ ...peer.closes[0], wasClean: true });
  await new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT_MS));
}
