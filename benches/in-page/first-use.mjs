// The first socket of a page, in a page that has nothing yet.

/** Milliseconds that each step takes: the import of a module, if there is one, and the first constructor. */
export async function firstUse(module, name, url) {
  const begun = performance.now();
  const exported = module ? await import(module) : {};
  const imported = performance.now();
  const socket = new (exported[name] ?? WebSocket)(url);
  const constructed = performance.now();
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  return { importMs: imported - begun, constructMs: constructed - imported };
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
