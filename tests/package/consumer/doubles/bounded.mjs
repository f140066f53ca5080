// A test that ends, also if what it waits for never comes; by a timer that no test fakes.

import { test as unbounded } from "node:test";

const HANGS_AFTER_MS = 10_000;

export function test(name, run) {
  return unbounded(name, { timeout: HANGS_AFTER_MS }, run);
}
