// What the package holds on to in a page, counted where it asks the platform for it.

/** Runs in the page before anything else: keeps count of whatever the package may hold on to. */
export function countWhatIsHeld() {
  const timers = new Set();
  const { setTimeout, clearTimeout, MessageChannel } = globalThis;
  globalThis.setTimeout = (callback, ...rest) => {
    const id = setTimeout(
      (...args) => {
        timers.delete(id);
        callback(...args);
      },
      ...rest,
    );
    timers.add(id);
    return id;
  };
  globalThis.clearTimeout = (id) => {
    timers.delete(id);
    clearTimeout(id);
  };

  let ports = 0;
  globalThis.MessageChannel = class extends MessageChannel {
    constructor() {
      super();
      ports += 1;
      const { port1 } = this;
      port1.close = () => {
        ports -= 1;
        MessagePort.prototype.close.call(port1);
      };
    }
  };

  let listeners = 0;
  const { addEventListener, removeEventListener } = globalThis;
  globalThis.addEventListener = (...args) => {
    listeners += 1;
    addEventListener(...args);
  };
  globalThis.removeEventListener = (...args) => {
    listeners -= 1;
    removeEventListener(...args);
  };

  // What the core's glue would have the garbage collector free, if it is not freed before.
  let unfreed = 0;
  const { register, unregister } = FinalizationRegistry.prototype;
  FinalizationRegistry.prototype.register = function (...args) {
    unfreed += 1;
    return register.apply(this, args);
  };
  FinalizationRegistry.prototype.unregister = function (...args) {
    const wasRegistered = unregister.apply(this, args);
    unfreed -= wasRegistered ? 1 : 0;
    return wasRegistered;
  };

  const memories = [];
  const tables = [];
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct(...call) {
      const instance = Reflect.construct(...call);
      const exported = Object.values(instance.exports);
      memories.push(...exported.filter((value) => value instanceof WebAssembly.Memory));
      tables.push(...exported.filter((value) => value instanceof WebAssembly.Table));
      return instance;
    },
  });

  globalThis.held = () => ({
    timers: timers.size,
    ports,
    listeners,
    unfreed,
    memories: memories.map(({ buffer }) => buffer.byteLength),
    tables: tables.map(({ length }) => length),
  });
}
