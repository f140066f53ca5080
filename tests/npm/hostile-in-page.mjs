// More globals for pages in which code is hostile: values that run code of their own when they are looked at, what may
// come of a call with them, and whether a socket works after that.

/** What hostile code throws. It may reach the caller, as it does with the platform's class. */
class Own extends Error {
  name = "Own";
}

function throwOwn() {
  throw new Own("own");
}

/** What hostile code does while it is asked for a value. */
const acts = {
  throw: throwOwn,
  close: (socket) => socket?.close(),
  terminate: (socket) => (socket?.terminate ? socket.terminate() : socket?.close()),
  construct: () => new WebSocket(address("/echo", "constructed")).close(),
};

/** Values that do something when they are converted or looked at; what they convert to is valid. */
const values = {
  valueOf: (act) => ({ valueOf: () => act(1000), toString: () => act("1000") }),
  toPrimitive: (act) => ({ [Symbol.toPrimitive]: () => act("3000") }),
  "toPrimitive, to a Symbol": (act) => ({ [Symbol.toPrimitive]: () => act(Symbol("s")) }),
  "toPrimitive, to an object": (act) => ({ [Symbol.toPrimitive]: () => act({}) }),
  "toPrimitive that is no function": () => ({ [Symbol.toPrimitive]: 5 }),
  iterator: (act) => ({ [Symbol.iterator]: () => act(["chat"].values()) }),
  "iterator's next": (act) => ({ [Symbol.iterator]: () => ({ next: () => act({ done: true }) }) }),
  "list of such": (act) => [{ toString: () => act("chat") }],
  getter: (act) => Object.defineProperty([], 0, { get: () => act("chat") }),
  proxy: (act) => new Proxy({}, { get: (target, key) => act(Reflect.get(target, key)) }),
  "proxy of a list": (act) => new Proxy(["chat"], { get: (list, key) => act(Reflect.get(list, key)) }),
  "revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  Symbol: () => Symbol("s"),
  BigInt: () => 1000n,
  "no prototype": () => Object.create(null),
  "lone surrogates": () => "\ud800\udc00\udfff\ud800",
  "long text": () => "x".repeat(1 << 20),
};

/** The value of that name, which does that to the socket. */
function hostile(value, act, socket) {
  return values[value]((result) => {
    acts[act](socket);
    return result;
  });
}

/** What a call throws, by name; null if nothing. */
function outcome(call) {
  try {
    call();
    return null;
  } catch (error) {
    return errorName(error);
  }
}

/** The name of a standard exception or of the hostile code's own; of another one, all there is to it. */
function errorName(error) {
  const isStandard = [TypeError, RangeError, DOMException, Own].some((type) => error instanceof type);
  return isStandard ? error.name : `not standard: ${error} ${error?.stack}`;
}

/** Whether it comes within the time that a socket in order needs. */
function within(promise, milliseconds = 5_000) {
  return Promise.race([promise, new Promise((resolve) => setTimeout(resolve, milliseconds, "hangs"))]);
}

/** What came of the socket, in one word, or that nothing did. */
async function settled(socket) {
  return (await within(socket.closed)).outcome ?? "hangs";
}

/** A new socket opens, gets what it sent, and closes clean. */
async function works(Class = GracefulWebSocket) {
  const socket = new Class(address("/echo", "works"));
  await event(socket, "open");
  socket.send("hello");
  const { data } = await event(socket, "message");
  const { wasClean } = await socket.close(1000, "done");
  return data === "hello" && wasClean;
}

Object.assign(globalThis, {
  Own,
  throwOwn,
  acts,
  values,
  hostile,
  outcome,
  errorName,
  within,
  settled,
  works,
});
