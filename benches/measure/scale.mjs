// What an operation costs with few and with many sockets open, ours beside the browser's own.

import { repetitions } from "../effort.mjs";
import { ratios, summary } from "../statistics.mjs";
import { inTurns } from "../turns.mjs";

/** Chromium allows 255 in a process. */
const SOCKETS = [1, 10, 100, 200];
const ROUNDS = repetitions(5);
const MESSAGES = 2_000;
const MESSAGE_BYTES = 64;
const CYCLES = 10;
const MANY = "/js/many.js";
const US_PER_MS = 1_000;

/** The first contestant is what the others are measured against. */
export async function measureScale(stage, contestants) {
  const records = [];
  for (const sockets of SOCKETS) {
    const pages = await Promise.all(contestants.map(() => stage.page()));
    const samples = await inTurns(contestants, ROUNDS, (contestant, index) =>
      measureOnce(stage, pages[index], contestant, sockets),
    );
    await Promise.all(pages.map((page) => page.close()));
    for (const operation of Object.keys(samples[0][0])) {
      const of = (index) => samples[index].map((sample) => sample[operation]);
      contestants.forEach(({ name }, index) => {
        records.push({
          operation,
          sockets,
          contestant: name,
          us: summary(of(index)),
          ratio: ratios(of(index), of(0)),
        });
      });
    }
  }
  return records;
}

/** Each operation in microseconds of wall time: a message's way there and back, a cycle of one more, a close. */
async function measureOnce(stage, page, { module }, sockets) {
  const url = stage.url("/echo");
  await page.call(MANY, "keep", module, url, sockets);
  const message = (await page.call(MANY, "exchange", MESSAGES, MESSAGE_BYTES)) / MESSAGES;
  const cycle = (await page.call(module, "cycle", url, CYCLES)) / CYCLES;
  const close = (await page.call(MANY, "closeKept")) / sockets;
  return { message: message * US_PER_MS, "open-close": cycle * US_PER_MS, close: close * US_PER_MS };
}
