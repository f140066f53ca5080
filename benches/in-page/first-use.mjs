// The first socket of a page, in a page that has nothing yet.

/**
 * Milliseconds that each step takes: the import of a module, if there is one, and the first constructor; and of this, what
 * comes before the core is compiled, its compilation, its instantiation, and what comes after.
 */
export async function firstUse(module, name, url) {
  const begun = performance.now();
  const exported = module ? await import(module) : {};
  const compilation = timed("Module");
  const instantiation = timed("Instance");
  const imported = performance.now();
  const socket = new (exported[name] ?? WebSocket)(url);
  const constructed = performance.now();
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const stepsMs = {
    decode: compilation.begun - imported,
    compile: compilation.ended - compilation.begun,
    instantiate: instantiation.ended - instantiation.begun,
    rest: constructed - instantiation.ended,
  };
  return { importMs: imported - begun, constructMs: constructed - imported, stepsMs };
}

/** When the next construction of this class of WebAssembly begins and ends; NaN if there is none. */
function timed(name) {
  const times = { begun: Number.NaN, ended: Number.NaN };
  const Class = WebAssembly[name];
  WebAssembly[name] = new Proxy(Class, {
    construct(...call) {
      WebAssembly[name] = Class;
      times.begun = performance.now();
      const constructed = Reflect.construct(...call);
      times.ended = performance.now();
      return constructed;
    },
  });
  return times;
}

/** Milliseconds to import a module that has been fetched and parsed before. */
export async function runPreloaded(module) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = module;
  await new Promise((resolve) => {
    link.onload = resolve;
    document.head.append(link);
  });
  const begun = performance.now();
  await import(module);
  return { importMs: performance.now() - begun };
}
