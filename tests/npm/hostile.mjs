// Hostile code in a page: run, and then looked at for whatever must never come of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { newTag } from "./stage.mjs";

/** What tells that an exception went through the core, or that it panicked. */
const BROKEN =
  /RuntimeError|unreachable|recursive use|null pointer|out of bounds|while it was borrowed|closure invoked/i;

/** A page with the globals of `hostile-in-page.mjs`, too, and of more modules. */
export function hostilePage(stage, t, ...modules) {
  return stage.page(t, "hostile-in-page.mjs", ...modules);
}

/** Asserts that the core is whole: a socket in the same page opens, echoes and closes clean. */
export async function assertWorks(page) {
  assert.ok(await page.run(() => works()), "a socket works after it");
  const uncaught = await page.uncaught();
  assert.deepEqual(
    uncaught.filter((message) => BROKEN.test(message)),
    [],
  );
}

/** A test that hostile code comes to this in the page, and that a socket works there after it. */
export function testHostile(page, name, expected, script, argument = {}) {
  test(name, async () => {
    assert.deepEqual(await page().run(script, { tag: newTag(), ...argument }), expected);
    await assertWorks(page());
  });
}
