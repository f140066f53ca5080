// Many sockets of one contestant at once, in a page.

import { close } from "../contestants/contestant.mjs";

const WASM_PAGE = 65_536;
/** At the start of a page, what the allocator notes of the room in it; it hands out the end first. */
const ALLOCATOR_NODE = 16;

let kept = [];
/** The memory of the core, and what was in it before. */
let memory;
let before;

WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(...call) {
    const instance = Reflect.construct(...call);
    memory = Object.values(instance.exports).find((value) => value instanceof WebAssembly.Memory);
    return instance;
  },
});

/** Opens so many more, and keeps them open. */
export async function keep(module, url, count) {
  const { openAll } = await import(module);
  kept.push(...(await openAll(url, count)));
}

/** Milliseconds until every socket has closed, all at once. */
export async function closeKept() {
  const begun = performance.now();
  await Promise.all(kept.map(close));
  const took = performance.now() - begun;
  kept = [];
  return took;
}

/** Milliseconds until so many messages, shared among the sockets, have come back. */
export async function exchange(count, bytes) {
  const message = "x".repeat(bytes);
  const begun = performance.now();
  await Promise.all(kept.map((socket) => exchangeOn(socket, count / kept.length, message)));
  return performance.now() - begun;
}

function exchangeOn(socket, count, message) {
  return new Promise((resolve) => {
    let received = 0;
    socket.onmessage = () => {
      received += 1;
      if (received === count) {
        resolve();
      }
    };
    for (let sent = 0; sent < count; sent += 1) {
      socket.send(message);
    }
  });
}

export function markWasm() {
  before = new Uint8Array(memory.buffer).slice();
}

/** What was allocated since the mark: in each page of memory, from the first to the last byte that was 0 and is not now. */
export function wasmSinceMark() {
  const now = new Uint8Array(memory.buffer);
  let bytes = 0;
  for (let page = 0; page < now.length; page += WASM_PAGE) {
    const start = page + ALLOCATOR_NODE;
    const isNew = (byte, index) => byte !== 0 && (before[start + index] ?? 0) === 0;
    const rest = now.subarray(start, page + WASM_PAGE);
    const first = rest.findIndex(isNew);
    bytes += first === -1 ? 0 : rest.findLastIndex(isNew) + 1 - first;
  }
  return bytes;
}
