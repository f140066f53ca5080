// Waiting for what nothing tells of.

import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 200;

/** Asks until it is so, or until the deadline: a number, or a function that gives it, since it may move. */
export async function poll(isSo, deadline) {
  const until = typeof deadline === "function" ? deadline : () => deadline;
  while (!(await isSo())) {
    if (Date.now() > until()) {
      return false;
    }
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}
