// Hostile arguments, at random: what the platform's class throws for them, ours throws as well; where ours is alone, it
// is a standard exception or that of the argument's own code; and nothing of it breaks the core.
//
// The arguments are drawn, and a failing one made small, by fast-check, in the page. A run is repeated with
// HOSTILE_SEED, which a failure prints.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { assertWorks, hostilePage } from "./hostile.mjs";
import { setStage } from "./stage.mjs";

const RUNS = 1_000;
/** Each makes two connections, one after the other. */
const RUNS_OF_CONSTRUCTORS = 150;
/** The same every time, so that a failure is one of the change that shows it; another seed explores. */
const SEED = Number(process.env.HOSTILE_SEED ?? 102_132_810);

const stage = setStage();

/** Defines `check`, which runs a property with hostile arguments, and `pair`, in the page. */
async function drawArguments() {
  const { default: fc } = await import("/fast-check.mjs");
  const everyday = fc.oneof(fc.integer(), fc.double(), fc.string({ unit: "binary" }), fc.boolean());
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  const drawn = (kind) =>
    kind.map((value) => ({ make: () => value, [fc.toStringMethod]: () => fc.stringify(value) }));
  const names = fc.tuple(fc.constantFrom(...Object.keys(values)), fc.constantFrom(...Object.keys(acts)));
  const madeHostile = names.map(([value, act]) => ({
    make: (socket) => hostile(value, act, socket),
    [fc.toStringMethod]: () => `${value} that does ${act}`,
  }));
  // Made anew for each class.
  const argument = fc.oneof(
    drawn(anything),
    madeHostile,
    drawn(everyday),
    drawn(fc.constantFrom(1000, 3000, 4999)),
  );

  const check = async (property, numRuns, seed) => {
    const list = fc.array(argument, { maxLength: 3 });
    const {
      failed,
      counterexample,
      numRuns: runs,
      errorInstance,
    } = await fc.check(fc.asyncProperty(list, property), { numRuns, seed, endOnFailure: false });
    return { runs, failed: failed ? `${fc.stringify(counterexample)}: ${errorInstance?.message}` : null };
  };

  /** An open socket of each class, to the same path; a new one if the last one was closed. */
  const sockets = [];
  const pair = async () => {
    for (const [index, Class] of [GracefulWebSocket, WebSocket].entries()) {
      if (sockets[index]?.readyState !== WebSocket.OPEN) {
        sockets[index] = new Class(address("/echo", "pair"));
        await event(sockets[index], "open");
      }
    }
    return sockets;
  };

  const assertEqual = (ours, platforms) => {
    const [a, b] = [ours, platforms].map((found) => JSON.stringify(found));
    if (a !== b) {
      throw new Error(`ours ${a}, the platform's ${b}`);
    }
  };
  /** Only ours takes an object that is no list as options. */
  const isOptions = (value) => {
    let isList = typeof value !== "object" || value === null;
    outcome(() => {
      isList ||= Symbol.iterator in value;
    });
    return !isList;
  };

  /** What was thrown, if it is a standard exception or the hostile code's own. */
  const standard = (name) => (name?.startsWith("not standard") ? "a standard exception" : name);

  Object.assign(globalThis, { check, pair, assertEqual, isOptions, standard });
}

describe("hostile arguments", () => {
  let page;
  before(async () => {
    const entry = { contents: 'export { default } from "fast-check"', resolveDir: import.meta.dirname };
    const { outputFiles } = await build({ stdin: entry, bundle: true, format: "esm", write: false });
    await stage.serve("fast-check.mjs", outputFiles[0].text);
    page = await hostilePage(stage);
    await page.run(drawArguments);
  });
  after(() => page.close());

  function testProperty(name, script, runs = RUNS) {
    test(`${name}, ${runs} times`, async (t) => {
      t.diagnostic(`HOSTILE_SEED=${SEED}`);
      assert.deepEqual(await page.run(script, [runs, SEED]), { runs, failed: null }, `HOSTILE_SEED=${SEED}`);
      await assertWorks(page);
    });
  }

  testProperty("close() throws what the platform's does, and closes when it does", ([runs, seed]) =>
    check(
      async (args) => {
        let values = [];
        const found = (await pair()).map((socket) => {
          const exception = outcome(() => {
            values = args.map(({ make }) => make(socket));
            socket.close(...values);
          });
          return { exception, readyState: socket.readyState };
        });
        // Where engines do not follow the standard, ours does: a reason without a code, and codes that are not whole.
        const [code] = values;
        const isOwn = code === undefined ? values.length > 1 : typeof code === "number" && code % 1 !== 0;
        assertEqual(found[0], isOwn ? { ...found[0], exception: standard(found[0].exception) } : found[1]);
      },
      runs,
      seed,
    ),
  );

  testProperty("send() throws what the platform's does", ([runs, seed]) =>
    check(
      async (args) => {
        const found = (await pair()).map((socket) => {
          const exception = outcome(() => socket.send(...args.map(({ make }) => make(socket))));
          return { exception, readyState: socket.readyState };
        });
        assertEqual(...found);
      },
      runs,
      seed,
    ),
  );

  testProperty(
    "the constructor throws what the platform's does, unless it is given options",
    ([runs, seed]) =>
      check(
        async (args) => {
          const found = [GracefulWebSocket, WebSocket].map((Class) => {
            let socket;
            const more = args.map(({ make }) => make());
            const exception = outcome(() => {
              socket = new Class(address("/echo", "constructor"), ...more);
            });
            return { socket, exception, more };
          });
          for (const { socket } of found) {
            socket?.close();
            await (socket && event(socket, "close"));
          }
          const [ours, platforms] = found.map(({ exception }) => exception);
          assertEqual(ours, isOptions(found[0].more[0]) ? standard(ours) : platforms);
        },
        runs,
        seed,
      ),
    RUNS_OF_CONSTRUCTORS,
  );

  testProperty("options, timeouts and base classes are refused in the standard's way", ([runs, seed]) =>
    check(
      async ([one, two]) => {
        const [socket] = await pair();
        const make = (argument) => argument?.make(socket);
        const found = [
          () => {
            socket.closeTimeout = make(one);
          },
          () => withGracefulClose(make(one)),
          () => connect("/echo", "options", { signal: make(one) ?? 0 }),
          () => connect("/echo", "options", { openTimeout: make(one) ?? null, closeTimeout: make(two) }),
          () => connect("/echo", "options", new Proxy({}, { get: () => make(one) ?? null })),
          () => socket[Symbol.asyncIterator](make(one)).return(make(two)),
        ].map((call) => outcome(call));
        await laterTask();
        assertEqual(found, found.map(standard));
      },
      runs,
      seed,
    ),
  );
});

stage.leavesNothing();
