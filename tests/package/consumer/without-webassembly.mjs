// Runs another program of a consumer, which it is told of first, on a runtime without WebAssembly.

if (typeof WebAssembly !== "undefined") {
  throw new Error("there is WebAssembly");
}
const [program] = process.argv.splice(2, 1);
await import(`./${program}`);
