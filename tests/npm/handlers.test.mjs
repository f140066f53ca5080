// Handlers: close() inside them, what happens if they throw, and that all have run before anyone who awaits the report
// resumes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ABNORMAL, assertReport, assertWire, BROWSER, SERVER } from "./ending.mjs";
import { engine } from "./engines.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLEAN = { wasClean: true, outcome: "clean", phase: "handshake" };

const stage = setStage();

stage.inOnePage("close() inside", (page) => {
  for (const where of [
    "a handler of open",
    "a listener of open",
    "a handler of message",
    "a microtask",
    "a promise's continuation",
  ]) {
    test(`${where} is as good as anywhere`, async () => {
      const tag = newTag();
      const { isSame, events, report } = await page().run(
        async ([where, tag]) => {
          const socket = connect("/echo", tag);
          const seen = watch(socket);
          let returned;
          const close = () => {
            returned = socket.close(3000, "inside");
          };
          switch (where) {
            case "a handler of open":
              socket.onopen = close;
              break;
            case "a listener of open":
              socket.addEventListener("open", close);
              break;
            case "a handler of message":
              socket.onopen = () => socket.send("echo");
              socket.onmessage = close;
              break;
            case "a microtask":
              socket.onopen = () => queueMicrotask(close);
              break;
            case "a promise's continuation":
              event(socket, "open").then(close);
          }
          const report = await socket.closed;
          const events = seen.byListener.map(({ type }) => type);
          return {
            isSame: returned === socket.closed,
            report,
            events: events.filter((type) => type !== "message"),
          };
        },
        [where, tag],
      );
      assert.ok(isSame);
      assert.deepEqual(events, ["open", "close"]);
      const frame = { code: 3000, reason: "inside" };
      assertReport(report, { ...frame, ...CLEAN, initiator: "local", sent: frame });
      assertWire(await stage.server.connection(tag, "ended"), { closes: [frame], endedBy: SERVER });
    });
  }

  test("a handler of close changes nothing: it was the peer who closed", async () => {
    const tag = newTag();
    const { isSame, report, count } = await page().run(async (tag) => {
      const socket = connect("/close?code=4000&reason=peer", tag);
      let inside;
      let count = 0;
      socket.onclose = () => {
        count += 1;
        inside = socket.close(3000, "inside");
      };
      const report = await socket.closed;
      await laterTask();
      return { isSame: (await inside) === report, report, count };
    }, tag);
    assert.ok(isSame);
    assert.equal(count, 1);
    const received = { code: 4000, reason: "peer" };
    assertReport(report, { ...received, ...CLEAN, initiator: "remote", sent: null });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [received], endedBy: SERVER });
  });

  for (const [name, path, expected, closes] of [
    [
      "a handler of error changes nothing: the server had refused",
      "/reject",
      { outcome: "never-opened", phase: "connecting" },
      [],
    ],
    [
      "a handler of error changes nothing: the connection had failed, and nothing of ours was sent",
      "/invalid-close?kind=bad-utf8&on=open&after=100",
      { outcome: "unclean", phase: "open" },
      engine.invalidCloses["bad-utf8"].answers,
    ],
  ]) {
    test(name, async () => {
      const tag = newTag();
      const { isSame, report } = await page().run(
        async ([path, tag]) => {
          const socket = connect(path, tag);
          let inside;
          socket.onerror = () => {
            inside = socket.close(3000, "inside");
          };
          const report = await socket.closed;
          return { isSame: (await inside) === report, report };
        },
        [path, tag],
      );
      assert.ok(isSame);
      const endedBy = [...SERVER, ...BROWSER];
      assertWire(await stage.server.connection(tag, "ended"), { closes, endedBy });
      assertReport(report, { ...ABNORMAL, ...expected, initiator: "transport", sent: null });
    });
  }
});

test("a handler of close that throws is reported to the page, and the report comes all the same", async (t) => {
  for (const [path, closeTimeout, outcome] of [
    ["/echo", 10_000, "clean"],
    ["/silent", 50, "timed-out"],
  ]) {
    const page = await stage.page(t);
    const { calls, report } = await page.run(
      async ([path, tag, closeTimeout]) => {
        const socket = await open(path, tag, { closeTimeout });
        const calls = [];
        socket.onclose = () => {
          calls.push("attribute");
          throw new Error("thrown by the attribute");
        };
        socket.addEventListener("close", () => {
          calls.push("listener");
          throw new Error("thrown by the listener");
        });
        return { report: await socket.close(3000), calls };
      },
      [path, newTag(), closeTimeout],
    );
    assert.equal(report.outcome, outcome);
    assert.deepEqual(calls, ["attribute", "listener"]);
    assert.deepEqual(await page.uncaught(), ["thrown by the attribute", "thrown by the listener"]);
  }
});

stage.inOnePage("everyone who awaits the report resumes after the last handler", (page) => {
  const handlers = ["attribute", "listener", "listener begins", "listener ends", "last begins", "last ends"];

  for (const [how, path, options, closes] of [
    ["the browser's own event", "/echo", undefined, true],
    ["the event after a timeout", "/silent", { closeTimeout: 50 }, true],
    ["the event of a peer that closes first", "/close?after=50", undefined, false],
  ]) {
    test(`of ${how}`, async () => {
      const order = await page().run(
        async ([path, tag, options, closes]) => {
          const socket = await open(path, tag, options);
          const order = [];
          const resumed = socket.closed.then(() => order.push("closed"));
          const slowly = (name) => async () => {
            order.push(`${name} begins`);
            await null;
            order.push(`${name} ends`);
          };
          socket.addEventListener("close", slowly("listener"));
          socket.onclose = () => order.push("attribute");
          socket.addEventListener("close", () => order.push("listener"));
          socket.addEventListener("close", slowly("last"));
          const all = [resumed];
          if (closes) {
            all.push(socket.close().then(() => order.push("close()")));
            all.push(
              socket[Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose")]().then(() =>
                order.push("asyncDispose"),
              ),
            );
          }
          await Promise.all(all);
          return order;
        },
        [path, newTag(), options, closes],
      );
      assert.deepEqual(order.slice(0, handlers.length).sort(), handlers.sort());
      assert.deepEqual(
        order.slice(handlers.length),
        closes ? ["closed", "close()", "asyncDispose"] : ["closed"],
      );
    });
  }
});

stage.leavesNothing();
