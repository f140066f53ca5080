// More globals for pages in which classes are compared: how a class looks, and how calls go, in a form that can be.

/** The attributes and operations that the standard gives a WebSocket. */
const standardMembers = [
  ...["url", "readyState", "bufferedAmount", "onopen", "onerror", "onclose", "extensions", "protocol"],
  ...["close", "onmessage", "binaryType", "send"],
];

/** The keys in the order of the object; but first those whose order a function has from its engine. */
function ownKeys(object) {
  const keys = Reflect.ownKeys(object);
  const first = typeof object === "function" ? ["length", "name", "prototype"] : [];
  return [...first.filter((key) => keys.includes(key)), ...keys.filter((key) => !first.includes(key))];
}

/** Every own member of an object, as it is described, in the order of the object. */
function members(object) {
  return ownKeys(object).map((key) => {
    const { value, get, set, ...flags } = Object.getOwnPropertyDescriptor(object, key);
    return { key: String(key), ...flags, value: look(value), get: look(get), set: look(set) };
  });
}

/** A function by what can be read off it; anything else as it is, or as it calls itself. */
function look(value) {
  if (typeof value === "function") {
    const { name, length } = value;
    return { name, length, keys: ownKeys(value).map(String), isNew: isConstructor(value) };
  }
  return Object(value) === value ? String(value) : value;
}

function isConstructor(value) {
  try {
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

function isNativeCode(value) {
  return Function.prototype.toString.call(value).includes("[native code]");
}

/** The exception without its message, which is each class's own; null if there is none. */
function refusal(call) {
  try {
    call();
    return null;
  } catch (error) {
    return { name: error.name, type: error.constructor.name, code: error.code };
  }
}

/** The names that for-in shows. */
function shown(object) {
  const names = [];
  for (const name in object) {
    names.push(name);
  }
  return names;
}

/** What there is to an event. */
function traits(event, socket) {
  const { type, isTrusted, bubbles, cancelable, composed, eventPhase, defaultPrevented } = event;
  const { code, reason, wasClean, data } = event;
  return {
    class: event.constructor.name,
    ...{ type, isTrusted, bubbles, cancelable, composed, eventPhase, defaultPrevented },
    ...{ code, reason, wasClean, data },
    isAt: [event.target === socket, event.currentTarget === socket, event.composedPath()[0] === socket],
    readyState: socket.readyState,
  };
}

/** Every event of the socket until it has closed, by listener and by attribute, in the order of the calls. */
async function story(socket) {
  const calls = [];
  for (const type of ["close", "error", "message", "open"]) {
    const call = (how) =>
      function (...args) {
        calls.push({ how, ...traits(args[0], socket), isThis: this === socket, arguments: args.length });
        return false;
      };
    socket.addEventListener(type, call("first listener"));
    socket[`on${type}`] = call("attribute, replaced");
    socket.addEventListener(type, call("second listener"));
    socket[`on${type}`] = call("attribute");
    socket.addEventListener(type, { handleEvent: call("object") }, { once: true });
    socket.addEventListener(type, call("capturing"), true);
  }
  await event(socket, "close");
  await laterTask();
  // An object's method is called on the object.
  return calls.map(({ isThis, ...call }) => (call.how === "object" ? call : { ...call, isThis }));
}

/** The socket that the arguments make and what it came to, or why there is none. */
async function made(...args) {
  let socket;
  const exception = thrown(() => {
    socket = new WebSocket(...args);
  });
  if (exception) {
    return exception;
  }
  const { url, readyState } = socket;
  const { type } = await Promise.race(["open", "close"].map((type) => event(socket, type)));
  if (type === "open") {
    socket.close();
    await event(socket, "close");
  }
  return { url, readyState, type, protocol: socket.protocol };
}

/** What a close with the arguments is refused for, or what it sends, as /echo answers. */
async function closeWith(tag, ...args) {
  const socket = new WebSocket(address("/echo", tag));
  await event(socket, "open");
  const exception = refusal(() => socket.close(...args));
  const { readyState } = socket;
  if (exception) {
    socket.close();
  }
  const { code, reason, wasClean } = await event(socket, "close");
  return { exception, readyState, code, reason, wasClean };
}

Object.assign(globalThis, {
  standardMembers,
  ownKeys,
  members,
  look,
  isNativeCode,
  refusal,
  shown,
  story,
  made,
  closeWith,
});
