// The tests of vitest-websocket-mock and of jest-websocket-mock, which are alike: a class of mock-socket's under them, and
// matchers. Its peer always answers, and calls a code of one's own unclean.

import { BYE, Conversation, knock, listen, NOWHERE, talk } from "./exercise.js";
import { assertEnd, ENDS } from "./expected.js";

const URL = `${NOWHERE}/`;
const DONE = { code: 1000, reason: "done" };

export function describeWebSocketMock({ WS, GracefulWebSocket, expect, test, afterEach }) {
  /** A server with an echo, and what it saw of the closes. */
  function start(options) {
    const server = new WS(URL, options);
    const closes = [];
    server.on("connection", (peer) => {
      peer.on("message", (message) => peer.send(message));
      peer.on("close", ({ code, reason }) => closes.push({ code, reason }));
    });
    return { server, closes };
  }

  afterEach(() => WS.clean());

  test("a peer that answers, twice in a row, sees the messages, the code and the reason", async () => {
    const { server, closes } = start();
    const { events, report } = ENDS.answered;
    for (let times = 0; times < 2; times += 1) {
      assertEnd(await talk(GracefulWebSocket, URL, DONE), {
        events: events.with(-1, "close 3 1000 done clean"),
        report: { ...report, ...DONE, sent: DONE },
      });
      await expect(server).toReceiveMessage("hello");
    }
    expect(server).toHaveReceivedMessages(["hello", "hello"]);
    expect(closes).toEqual([DONE, DONE]);
  });

  test("a code of one's own, which the double never calls clean", async () => {
    const { closes } = start();
    const { events, report } = ENDS.answered;
    assertEnd(await talk(GracefulWebSocket, URL), {
      events: events.with(-1, "close 3 4000 bye unclean"),
      report: { ...report, wasClean: false, outcome: "unclean" },
    });
    expect(closes).toEqual([BYE]);
  });

  test("what the server sends arrives, and connected and closed resolve", async () => {
    const { server } = start();
    const conversation = new Conversation(GracefulWebSocket, URL);
    await server.connected;
    const message = conversation.next("message");
    server.send("from the server");
    await message;
    server.close({ code: 1001, reason: "away", wasClean: true });
    await server.closed;
    const { events, report } = ENDS.closedByPeer;
    assertEnd(await conversation.result(), {
      events: [events[0], "message 1 from the server", events[1]],
      report,
    });
  });

  test("error() is a lost connection", async () => {
    const { server } = start();
    const end = () => server.error({ code: 1006, wasClean: false });
    const { isInstance, listeners, handlers, report } = await listen(GracefulWebSocket, URL, end);
    expect(isInstance).toBe(true);
    expect(handlers).toEqual(listeners);
    expect(listeners.at(-1)).toBe("close 3 1006 unclean");
    expect(listeners.filter((line) => line.startsWith("close"))).toHaveLength(1);
    expect(report).toMatchObject({ outcome: "unclean", code: 1006, wasClean: false });
  });

  test("a connection that is refused, which the double calls a clean 1000", async () => {
    start({ verifyClient: () => false });
    assertEnd(await knock(GracefulWebSocket, URL), ENDS.refused);
  });
}
