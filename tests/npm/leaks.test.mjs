// Nothing is left of a socket that has settled, and nothing grows with the number of sockets: no memory of the core, no
// object that it holds, no timer, no listener, no port, no connection.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGINE } from "../browsers/launch.mjs";
import { countWhatIsHeld } from "./held.mjs";
import { CORE, newTag, setStage } from "./stage.mjs";

const WARM_UP_CYCLES = 50;
const CYCLES = 500;
const AT_A_TIME = 5;
/** One in so many meets a silent peer; the browser keeps those connections, and has room for 255. */
const ONE_IN_SILENT = 5;
const LONGEST_CLOSE_TIMEOUT_MS = 20;

const PAGE_BYTES = 65_536;
/** The core's memory: one page of WebAssembly's; in JavaScript none of it is. */
const CORE_MEMORIES = CORE === "webassembly" ? [PAGE_BYTES] : [];
/** `visibilitychange`, `pageshow` and `resume`; in Gecko `beforeunload` as well. */
const PAGE_LISTENERS = ENGINE === "firefox" ? 4 : 3;

const stage = setStage();

/** What a realm has once it has been needed, and keeps, however many sockets there are. */
function kept(listenersBefore) {
  return { ports: 1, listeners: listenersBefore + PAGE_LISTENERS };
}

/** Opens and closes so many sockets, some at a time. How they ended, counted. */
function cycle(page, tag, cycles) {
  return page.run(
    async ([tag, cycles, atATime, oneInSilent, longestCloseTimeout]) => {
      const outcomes = {};
      let begun = 0;
      const worker = async () => {
        while (begun < cycles) {
          begun += 1;
          const isSilent = begun % oneInSilent === 0;
          const options = isSilent ? { closeTimeout: begun % (longestCloseTimeout + 1) } : {};
          const socket = await open(isSilent ? "/silent" : "/echo", tag, options);
          socket.send("message");
          const { outcome } = await socket.close(3000, "done");
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: atATime }, worker));
      await laterTask();
      return { outcomes, held: held() };
    },
    [tag, cycles, AT_A_TIME, ONE_IN_SILENT, LONGEST_CLOSE_TIMEOUT_MS],
  );
}

test(`${CYCLES} sockets, opened and closed, leave nothing`, async (t) => {
  const page = await stage.emptyPage(t, countWhatIsHeld);
  await page.run(() => import("/in-page.mjs"));
  const tag = newTag();
  const before = await page.run(() => held());
  // The driver of a browser may have listeners of its own.
  const { listeners } = before;
  assert.deepEqual(before, { timers: 0, ports: 0, listeners, unfreed: 0, memories: [], tables: [] });

  const warm = await cycle(page, tag, WARM_UP_CYCLES);
  assert.deepEqual(warm.held, { ...before, ...kept(listeners), memories: CORE_MEMORIES });

  const { outcomes, held } = await cycle(page, tag, CYCLES);
  const timedOut = CYCLES / ONE_IN_SILENT;
  assert.deepEqual(outcomes, { clean: CYCLES - timedOut, "timed-out": timedOut });
  assert.deepEqual(held, warm.held);

  const connections = await stage.server.connections(tag);
  assert.equal(connections.length, WARM_UP_CYCLES + CYCLES);
});

for (const [how, count] of [
  // What Firefox and WebKit have room for, beside those that others have left to them.
  ["at once", ENGINE === "chromium" ? 200 : 50],
  ["one after the other", 300],
]) {
  test(`${count} sockets that close ${how} share one port, one timer, and the listeners on the window`, async (t) => {
    const page = await stage.emptyPage(t, countWhatIsHeld);
    await page.run(() => import("/in-page.mjs"));
    const { before, most, after } = await page.run(
      async ([tag, count, isAtOnce]) => {
        const before = held();
        const most = { timers: 0, ports: 0, listeners: 0 };
        const note = () => {
          for (const name of Object.keys(most)) {
            most[name] = Math.max(most[name], held()[name]);
          }
        };
        if (isAtOnce) {
          const sockets = await Promise.all(Array.from({ length: count }, () => open("/late?ms=50", tag)));
          const closed = sockets.map((socket) => socket.close(3000, "done"));
          note();
          await Promise.all(closed);
        } else {
          for (let opened = 0; opened < count; opened += 1) {
            const socket = await open("/echo", tag);
            const closed = socket.close(3000, "done");
            note();
            await closed;
          }
        }
        await laterTask();
        return { before, most, after: held() };
      },
      [newTag(), count, how === "at once"],
    );
    const { timers, ports, listeners } = after;
    assert.deepEqual({ timers, ports, listeners }, { timers: 0, ...kept(before.listeners) });
    assert.deepEqual(most, { timers: 1, ...kept(before.listeners), ports: most.ports });
    assert.ok(most.ports <= 1, `${most.ports} ports`);
  });
}

test("an open socket holds no timer", async (t) => {
  const page = await stage.emptyPage(t, countWhatIsHeld);
  await page.run(() => import("/in-page.mjs"));
  const { before, whileOpen, whileClosing, afterwards } = await page.run(async (tag) => {
    const before = held();
    const socket = await open("/late?ms=50", tag, { openTimeout: 60_000 });
    const whileOpen = held();
    const closed = socket.close();
    const whileClosing = held();
    await closed;
    await laterTask();
    return { before, whileOpen, whileClosing, afterwards: held() };
  }, newTag());
  const { timers, ports } = whileOpen;
  assert.deepEqual({ timers, ports }, { timers: 0, ports: 0 });
  assert.equal(whileClosing.timers, 1);
  const { memories, tables, ...rest } = afterwards;
  assert.deepEqual(rest, { timers: 0, ...kept(before.listeners), unfreed: 0 });
});

stage.leavesNothing();
