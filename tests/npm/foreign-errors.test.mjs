// What the code of somebody else throws where nobody can catch it: reported as the platform reports what a listener
// throws, by that very error, where there is a way to (HTML, "report an exception"); and never the end of a program.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

import { ENTRY, setStage } from "./stage.mjs";

const CLOSE_TIMEOUT_MS = 50;
/** A program that has not ended by then never will. */
const HANGS_AFTER_MS = 20_000;

const MEMBERS = ["close", "bufferedAmount", "dispatchEvent", "terminate"];

const stage = setStage();

for (const member of MEMBERS) {
  test(`what ${member} of a base class throws is reported to the window, as the error that it is`, async (t) => {
    const page = await stage.page(t, "double.mjs");
    const found = await page.run(
      async ([member, closeTimeout]) => {
        const errors = [];
        addEventListener("error", (event) => {
          event.preventDefault();
          errors.push(event.error);
        });
        const own = new Error("own");
        let isHostile = false;
        const descriptor = Object.getOwnPropertyDescriptor(Double.prototype, member) ?? {};
        const hostile = (member) =>
          function (...args) {
            if (isHostile) {
              throw own;
            }
            return member && Reflect.apply(member, this, args);
          };
        class Base extends Double {}
        Object.defineProperty(
          Base.prototype,
          member,
          descriptor.get
            ? { get: hostile(descriptor.get) }
            : { value: hostile(descriptor.value ?? Base.prototype[member]) },
        );
        const socket = new (withGracefulClose(Base))("ws://double.test", { closeTimeout });
        socket.open();
        isHostile = true;
        const { outcome } = await socket.close();
        await laterTask();
        return {
          outcome,
          isReported: errors.length > 0,
          others: errors.filter((error) => error !== own).length,
        };
      },
      [member, CLOSE_TIMEOUT_MS],
    );
    assert.deepEqual(found, { outcome: "timed-out", isReported: true, others: 0 });
  });
}

test("what a signal throws when it is listened to no more is reported to the window, as the error that it is", async (t) => {
  const page = await stage.page(t, "double.mjs");
  const found = await page.run(async (closeTimeout) => {
    const errors = [];
    addEventListener("error", ({ error }) => errors.push(error));
    const own = new Error("own");
    const signal = {
      addEventListener() {},
      removeEventListener() {
        throw own;
      },
    };
    const socket = new (withGracefulClose(Double))("ws://double.test", { signal, closeTimeout });
    socket.open();
    const { outcome } = await socket.close();
    await laterTask();
    return { outcome, count: errors.length, isOwn: errors[0] === own };
  }, CLOSE_TIMEOUT_MS);
  assert.deepEqual(found, { outcome: "timed-out", count: 1, isOwn: true });
});

/** A program in Node, whose base class throws from a member. What it prints at its end; it ends by itself. */
async function runInNode(member, initially) {
  const script = `
    ${initially}
    const [{ withGracefulClose }, { Double }] = await Promise.all(process.argv.slice(1).map((url) => import(url)));
    class Base extends Double {}
    const own = new Error("own");
    let isHostile = false;
    const kind = ${JSON.stringify(member)} === "bufferedAmount" ? "get" : "value";
    Object.defineProperty(Base.prototype, ${JSON.stringify(member)}, {
      [kind](...args) {
        if (isHostile) throw own;
        return kind === "get" ? 0 : Reflect.apply(Double.prototype[${JSON.stringify(member)}] ?? Object, this, args);
      },
    });
    const socket = new (withGracefulClose(Base))("ws://double.test", { closeTimeout: ${CLOSE_TIMEOUT_MS} });
    socket.open();
    isHostile = true;
    const { outcome } = await socket.close();
    await new Promise((resolve) => setTimeout(resolve));
    const errors = globalThis.reported ?? [];
    console.log(JSON.stringify({ outcome, reported: errors.length > 0, others: errors.filter((error) => error !== own).length }));
  `;
  const urls = [ENTRY, fileURLToPath(new URL("double.mjs", import.meta.url))];
  const args = ["--input-type=module", "--eval", script, ...urls.map((path) => pathToFileURL(path).href)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: HANGS_AFTER_MS });
  return JSON.parse(stdout);
}

for (const member of MEMBERS) {
  test(`in Node, which has no reportError, a program lives on when ${member} of a base class throws`, async () => {
    const found = await runInNode(member, "delete globalThis.reportError;");
    assert.deepEqual(found, { outcome: "timed-out", reported: false, others: 0 });
  });

  test(`where a runtime has reportError, what ${member} of a base class throws goes there`, async () => {
    const found = await runInNode(
      member,
      "globalThis.reported = []; globalThis.reportError = (error) => reported.push(error);",
    );
    assert.deepEqual(found, { outcome: "timed-out", reported: true, others: 0 });
  });
}

stage.leavesNothing();
