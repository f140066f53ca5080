// What an open socket keeps: JavaScript's heap, ours beside the browser's own, and the core's memory.

import { repetitions } from "../effort.mjs";
import { OURS } from "../names.mjs";
import { summary } from "../statistics.mjs";

const SOCKETS = 200;
const ROUNDS = repetitions(5);
/** Before the first count, so that what a page makes once is not counted. */
const WARM_UP = 50;
const MANY = "/js/many.js";

export async function measureMemory(stage, contestants) {
  const records = contestants.map(({ name }) => ({ contestant: name, heap: [], wasm: [] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { name, module }] of contestants.entries()) {
      const { heap, wasm } = await measureOnce(stage, module, name === OURS);
      records[index].heap.push(heap);
      records[index].wasm.push(wasm);
    }
  }
  return records.map(({ contestant, heap, wasm }) => ({
    contestant,
    sockets: SOCKETS,
    heapBytes: summary(heap),
    wasmBytes: contestant === OURS ? summary(wasm) : null,
  }));
}

function measureOnce(stage, module, hasCore) {
  return stage.withPage(async (page) => {
    const url = stage.url("/echo");
    await page.call(MANY, "keep", module, url, WARM_UP);
    if (hasCore) {
      await page.call(MANY, "markWasm");
    }
    const before = await page.heapBytes();
    await page.call(MANY, "keep", module, url, SOCKETS);
    const heap = ((await page.heapBytes()) - before) / SOCKETS;
    return { heap, wasm: hasCore ? (await page.call(MANY, "wasmSinceMark")) / SOCKETS : null };
  });
}
