// Stubs that somebody wrote into their tests, put in the place of the global class after the package was imported; with the
// argument `before`, one of them was there already. (Run as a program.)
//
// - each kind of stub, with every end that a peer has
// - one after another, of the same class and of several

import assert from "node:assert/strict";
import { after } from "node:test";

import { test } from "./bounded.mjs";
import { BYE, knock, listen, NOWHERE, talk, talkToSilence } from "./exercise.js";
import { assertEnd, ENDS } from "./expected.js";
import { answerLate, STUBS } from "./stubs.js";

const before = globalThis.WebSocket;
if (process.argv[2] === "before") {
  globalThis.WebSocket = STUBS["has class fields, and calls its handlers itself"];
}
const { GracefulWebSocket } = await import("graceful-websocket");

after(() => {
  globalThis.WebSocket = before;
});

/** The class of the package, which keeps the sockets of a test. */
function keeping(Stub) {
  globalThis.WebSocket = Stub;
  const sockets = [];
  return {
    sockets,
    Class: class extends GracefulWebSocket {
      constructor(...args) {
        super(...args);
        sockets.push(this);
      }
    },
  };
}

for (const [what, Stub] of Object.entries(STUBS)) {
  test(`a stub that ${what}: a peer that answers, twice in a row`, async () => {
    globalThis.WebSocket = Stub;
    for (let times = 0; times < 2; times += 1) {
      assertEnd(await talk(GracefulWebSocket, `${NOWHERE}/echo`), ENDS.answered);
    }
  });

  test(`a stub that ${what}: the peer is told the messages, the code and the reason, of a subclass as well`, async () => {
    const { sockets, Class } = keeping(Stub);
    assertEnd(await talk(Class, `${NOWHERE}/echo`), ENDS.answered);
    const [{ peer }] = sockets;
    assert.deepEqual([peer.messages, peer.closes], [["hello"], [BYE]]);
  });

  test(`a stub that ${what}: no code is answered by none`, async () => {
    globalThis.WebSocket = Stub;
    assertEnd(await talk(GracefulWebSocket, `${NOWHERE}/echo`, {}), ENDS.answeredWithoutCode);
  });

  test(`a stub that ${what}: a peer that answers too late, which nobody hears`, async () => {
    const { sockets, Class } = keeping(Stub);
    assertEnd(await talkToSilence(Class, `${NOWHERE}/silent`, answerLate), ENDS.timedOut);
    assert.deepEqual(sockets[0].peer.closes, [BYE]);
  });

  test(`a stub that ${what}: a peer that closes first`, async () => {
    globalThis.WebSocket = Stub;
    assertEnd(await listen(GracefulWebSocket, `${NOWHERE}/away`), ENDS.closedByPeer);
  });

  for (const path of ["/drop", "/drop-clean", "/drop-without-code"]) {
    test(`a stub that ${what}: a connection that is lost is unclean, and 1006, whatever is said of it (${path})`, async () => {
      globalThis.WebSocket = Stub;
      assertEnd(await listen(GracefulWebSocket, NOWHERE + path), ENDS.lost);
    });
  }

  test(`a stub that ${what}: a connection that is refused`, async () => {
    globalThis.WebSocket = Stub;
    assertEnd(await knock(GracefulWebSocket, `${NOWHERE}/refuse`), ENDS.refused);
  });
}

test("each socket stands on the class that was there when it was made", async () => {
  const talks = Object.values(STUBS).map((Stub) => {
    globalThis.WebSocket = Stub;
    return talk(GracefulWebSocket, `${NOWHERE}/echo`);
  });
  for (const result of await Promise.all(talks)) {
    assertEnd(result, ENDS.answered);
  }
});

test("a stub without listeners is refused, and the error says what it lacks", () => {
  globalThis.WebSocket = class {
    send() {}
    close() {}
  };
  assert.throws(() => new GracefulWebSocket(NOWHERE), { name: "TypeError", message: /addEventListener/ });
});
