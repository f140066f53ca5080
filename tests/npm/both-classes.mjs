// Code for the browser's WebSocket, run in a page where that is what it gets, and in one where the class is replaced.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { newTag } from "./stage.mjs";

/** Tests in two pages, which are opened by the first. They have the globals of `idl-in-page.mjs` too. */
export function setBothClasses(stage) {
  let pages;

  /** What the probe finds with the class in the place of the platform's, and with the platform's. */
  async function find(probe, argument) {
    pages ??= openBoth(stage);
    return findIn(await pages, probe, argument);
  }

  /** Tests that each probe finds the same with both, and that it finds something. */
  function testSame(name, probes) {
    describe(name, () => {
      for (const [name, probe] of Object.entries(probes)) {
        test(name, async () => {
          const [ours, platforms] = await find(probe);
          assert.notDeepEqual(platforms ?? [], [], "the probe finds something");
          assert.deepEqual(ours, platforms);
        });
      }
    });
  }

  return { find, testSame };
}

/** A page where `self.WebSocket` is replaced, and one where it is not. */
export async function openBoth(stage, t) {
  await stage.serve("idl-in-page.mjs", await readFile(new URL("idl-in-page.mjs", import.meta.url)));
  return Promise.all([true, false].map((isReplaced) => open(stage, isReplaced, t)));
}

/** What the probe, which gets a new tag, finds in each page. */
export function findIn(pages, probe, argument) {
  const tag = newTag();
  return Promise.all(pages.map((page) => page.run(probe, argument ? { tag, ...argument } : tag)));
}

async function open(stage, isReplaced, t) {
  const page = await stage.page(t);
  await page.run(async (isReplaced) => {
    await import("/idl-in-page.mjs");
    if (isReplaced) {
      const { NativeWebSocket } = await import("/dist/register.js");
      Object.assign(globalThis, { NativeWebSocket });
    }
  }, isReplaced);
  return page;
}
