// When and how often close() is called, and what send() has to do with it.
//
// - close() in every state: while CONNECTING, again while CLOSING, when CLOSED, when the peer has closed first
// - send() of a CloseEvent; send() after close() and before open

import assert from "node:assert/strict";
import { test } from "node:test";

import { ABNORMAL, assertGivenUp, assertReport, assertWire, SERVER } from "./ending.mjs";
import { engine } from "./engines.mjs";
import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const CLOSING = 2;
const CLOSED = 3;

/** So many sockets are tried until one is caught as the peer closes it. */
const MOST_TRIES = engine.showsPeerClosing ? 1_000 : 20;

const NO_BODY = { code: null, reason: "" };
const SENT_NO_BODY = { code: 1005, reason: "" };
const CLEAN = { wasClean: true, outcome: "clean", phase: "handshake" };

const stage = setStage();

stage.inOnePage("close()", (page) => {
  test("while CONNECTING never opens: an error event, then a close event, neither inside the call", async () => {
    const tag = newTag();
    const { during, seen, report } = await page().run(async (tag) => {
      const socket = connect("/hang", tag);
      const seen = watch(socket);
      await requested(tag);
      const closed = socket.close(3000, "too early");
      const during = { readyState: socket.readyState, events: seen.byListener.length };
      return { during, report: await closed, seen: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.deepEqual(during, { readyState: CLOSING, events: 0 });
    assert.deepEqual(seen, ["error", "close"]);
    const expected = { outcome: "never-opened", phase: "connecting", initiator: "local", sent: null };
    assertReport(report, { ...ABNORMAL, ...expected });
    await assertGivenUp(stage.server, tag);
  });

  test("before the request has left never opens either", async () => {
    const tag = newTag();
    const { seen, report } = await page().run(async (tag) => {
      const socket = connect("/hang", tag);
      const seen = watch(socket);
      return { report: await socket.close(), seen: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.deepEqual(seen, ["error", "close"]);
    const expected = { outcome: "never-opened", phase: "connecting", initiator: "local", sent: null };
    assertReport(report, { ...ABNORMAL, ...expected });
    if ((await stage.server.connections(tag)).length > 0) {
      await assertGivenUp(stage.server, tag);
    }
  });

  test("a second time joins the first: one promise, one report, one Close frame with the first arguments", async () => {
    const tag = newTag();
    const { isOnePromise, events, report } = await page().run(async (tag) => {
      const socket = await open("/late?ms=50", tag);
      const seen = watch(socket);
      const promises = [
        socket.close(3001, "first"),
        socket.close(3002, "second"),
        socket.close(),
        socket.closed,
      ];
      const isOnePromise = promises.every((promise) => promise === promises[0]);
      const report = await promises[1];
      return { isOnePromise, report, events: seen.byListener.map(({ type }) => type) };
    }, tag);
    assert.ok(isOnePromise);
    assert.deepEqual(events, ["close"]);
    const frame = { code: 3001, reason: "first" };
    assertReport(report, { ...frame, ...CLEAN, initiator: "local", sent: frame });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [frame], endedBy: SERVER });
  });

  test("when CLOSED gives the report there is, and fires nothing", async () => {
    const tag = newTag();
    const { isOneReport, events, report } = await page().run(async (tag) => {
      const socket = connect("/close?code=4000&reason=peer", tag);
      const first = await socket.closed;
      const seen = watch(socket);
      const second = await socket.close(3000, "late");
      await laterTask();
      const isOneReport = first === second && first === socket.closeReport;
      return { isOneReport, report: second, events: seen.byListener };
    }, tag);
    assert.ok(isOneReport);
    assert.deepEqual(events, []);
    const received = { code: 4000, reason: "peer" };
    assertReport(report, { ...received, ...CLEAN, initiator: "remote", sent: null });
    assertWire(await stage.server.connection(tag, "ended"), { closes: [received], endedBy: SERVER });
  });

  test("when the peer's Close frame has come already: the peer began, and nothing of ours is sent", async () => {
    const tag = newTag();
    const { stateAtCall, events, report } = await page().run(
      async ([tag, mostTries]) => {
        const socket = await open("/echo", tag);
        // CLOSING because of the peer lasts only until TCP has ended, in no event of the page. So the state is asked for
        // in task after task, and for more sockets until one is caught in it.
        const peerClosing = async () => {
          const socket = connect("/close?code=4000&reason=peer", tag);
          const { port1, port2 } = new MessageChannel();
          while (socket.readyState < WebSocket.CLOSING) {
            port2.postMessage(null);
            await new Promise((resolve) => {
              port1.onmessage = resolve;
            });
          }
          port1.close();
          return socket;
        };
        socket.close();
        let caught = await peerClosing();
        for (let tries = 1; caught.readyState !== WebSocket.CLOSING && tries < mostTries; tries += 1) {
          caught = await peerClosing();
        }
        const seen = watch(caught);
        const stateAtCall = caught.readyState;
        const report = await caught.close(3000, "ours");
        return { stateAtCall, report, events: seen.byListener.map(({ type }) => type) };
      },
      [tag, MOST_TRIES],
    );
    assert.equal(stateAtCall, engine.showsPeerClosing ? CLOSING : CLOSED);
    assert.deepEqual(events, engine.showsPeerClosing ? ["close"] : []);
    const received = { code: 4000, reason: "peer" };
    assertReport(report, { ...received, ...CLEAN, initiator: "remote", sent: null });
    const connections = await stage.server.connections(tag, "ended");
    const closes = connections.flatMap(closesReceived);
    assert.ok(!closes.some(({ code }) => code === 3000), JSON.stringify(closes));
  });
});

stage.inOnePage("send()", (page) => {
  for (const [name, init, onTheWire, sent] of [
    [
      "with a code and a reason is close() with them",
      { code: 4001, reason: "x" },
      { code: 4001, reason: "x" },
    ],
    ["with a code is close() with it", { code: 4001 }, { code: 4001, reason: "" }],
    ["without a code is close()", undefined, NO_BODY, SENT_NO_BODY],
    ["with only a reason is close()", { reason: "x" }, NO_BODY, SENT_NO_BODY],
  ]) {
    test(`of a CloseEvent ${name}`, async () => {
      const tag = newTag();
      const { readyState, report } = await page().run(
        async ([tag, init]) => {
          const socket = await open("/echo", tag);
          socket.send("before");
          socket.send(new CloseEvent("close", init));
          const { readyState } = socket;
          return { readyState, report: await socket.closed };
        },
        [tag, init],
      );
      assert.equal(readyState, CLOSING);
      assertReport(report, { ...(sent ?? onTheWire), ...CLEAN, initiator: "local", sent: sent ?? onTheWire });
      const connection = await stage.server.connection(tag, "ended");
      assertWire(connection, { closes: [onTheWire], endedBy: SERVER });
      assert.equal(connection.dataFrames.received, 1, "the message before it is sent");
    });
  }

  test("of a CloseEvent with an invalid code throws as close() does, and sends nothing", async () => {
    const tag = newTag();
    const { errors, readyState } = await page().run(async (tag) => {
      const socket = await open("/echo", tag);
      const errors = [{ code: 1001 }, { code: 1000, reason: "x".repeat(124) }].map((init) =>
        thrown(() => socket.send(new CloseEvent("close", init))),
      );
      const { readyState } = socket;
      await socket.close();
      return { errors: errors.map(({ name }) => name), readyState };
    }, tag);
    assert.deepEqual(errors, ["InvalidAccessError", "SyntaxError"]);
    assert.equal(readyState, 1);
    assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [NO_BODY]);
  });

  test("after close() sends nothing: its bytes are unsent, and the Close frame was not queued behind them", async () => {
    const tag = newTag();
    const { bytes, bufferedAmount, report } = await page().run(async (tag) => {
      const socket = await open("/silent", tag, { closeTimeout: 50 });
      socket.close(3000, "done");
      const messages = ["late", new ArrayBuffer(100), new Uint8Array(100), new Blob(["late", "r"]), "€"];
      for (const message of messages) {
        socket.send(message);
      }
      const report = await socket.closed;
      const bytes = new Blob(messages).size;
      return { bytes, bufferedAmount: socket.bufferedAmount, report };
    }, tag);
    const sent = { code: 3000, reason: "done" };
    const expected = { outcome: "timed-out", phase: "handshake", initiator: "local", sent };
    assertReport(report, { ...ABNORMAL, ...expected, unsentBytes: bufferedAmount });
    assert.ok(bufferedAmount >= bytes, `${bufferedAmount} bytes`);
    const connection = await stage.server.connection(tag, "closing");
    assert.deepEqual(closesReceived(connection), [sent]);
    assert.equal(connection.dataFrames.received, 0);
  });

  test("while CONNECTING throws the platform's InvalidStateError", async () => {
    const tag = newTag();
    const error = await page().run(async (tag) => {
      const socket = connect("/echo", tag);
      const error = thrown(() => socket.send("too early"));
      await event(socket, "open");
      await socket.close();
      return error;
    }, tag);
    assert.equal(error.name, "InvalidStateError");
    const connection = await stage.server.connection(tag, "ended");
    assert.equal(connection.state, "ended");
    assert.equal(connection.dataFrames.received, 0);
  });
});

stage.leavesNothing();
