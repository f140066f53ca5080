// The events of the class in the place of the platform's, and their handlers. Each probe runs with both classes.

import { setBothClasses } from "./both-classes.mjs";
import { setStage } from "./stage.mjs";

const stage = setStage();
const { testSame } = setBothClasses(stage);

testSame("an event handler attribute", {
  "keeps functions and objects, and makes null of anything else": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const found = [];
    for (const name of ["onopen", "onmessage", "onerror", "onclose"]) {
      for (const value of [
        () => {},
        {},
        { handleEvent() {} },
        null,
        () => {},
        undefined,
        class {},
        5,
        "alert()",
      ]) {
        const exception = thrown(() => {
          socket[name] = value;
        });
        found.push([exception, socket[name] === value, socket[name] === null]);
      }
    }
    socket.close();
    await event(socket, "close");
    return found;
  },

  "that throws is reported, and stops nothing": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const found = [];
    const report = (event) => {
      event.preventDefault();
      found.push(event.message);
    };
    addEventListener("error", report);
    for (const type of ["open", "close"]) {
      socket[`on${type}`] = () => {
        throw new Error(`of on${type}`);
      };
      socket.addEventListener(type, () => found.push(`after on${type}`));
    }
    await event(socket, "open");
    socket.close();
    await event(socket, "close");
    removeEventListener("error", report);
    return found;
  },

  "may be removed, and listeners too; an event may be stopped, and listened to once": async (tag) => {
    const socket = new WebSocket(address("/close?code=4001&messages=3", tag));
    const calls = [];
    const removed = () => calls.push("removed");
    socket.onmessage = removed;
    socket.addEventListener("message", removed);
    socket.addEventListener("message", () => calls.push("once"), { once: true });
    const controller = new AbortController();
    const untilAborted = () => {
      calls.push("until aborted");
      controller.abort();
    };
    socket.addEventListener("message", untilAborted, { signal: controller.signal });
    socket.onopen = () => {
      socket.onmessage = null;
      socket.removeEventListener("message", removed);
    };
    const stopped = new Promise((resolve) => {
      socket.addEventListener("close", (event) => {
        event.stopImmediatePropagation();
        resolve();
      });
    });
    socket.addEventListener("close", () => calls.push("not called"));
    socket.onclose = () => calls.push("not called");
    await stopped;
    await laterTask();
    return calls;
  },
});

testSame("the events, for every kind of handler,", {
  "when the peer closes after messages": (tag) =>
    story(new WebSocket(address("/close?code=4001&reason=bye&messages=2", tag))),

  "when the page closes": async (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    socket.addEventListener("open", () => socket.send("message"), { once: true });
    socket.addEventListener("message", () => socket.close(3000, "bye"), { once: true });
    return story(socket);
  },

  "when the page closes before the socket is open": (tag) => {
    const socket = new WebSocket(address("/echo", tag));
    const told = story(socket);
    socket.close(3000, "early");
    return told;
  },

  "when the server refuses": (tag) => story(new WebSocket(address("/reject", tag))),

  "when nobody is there": () => story(new WebSocket("ws://127.0.0.1:2")),

  // Not as soon as it is there: a RST overtakes what the browser has not read, be it the handshake, and Firefox may fail
  // a connection before it has told that it is open.
  "when the connection breaks instead of an answer": (tag) => {
    const socket = new WebSocket(address("/reset?on=close", tag));
    socket.addEventListener("open", () => socket.close(3000, "bye"), { once: true });
    return story(socket);
  },

  "when the peer breaks the protocol": (tag) => {
    const socket = new WebSocket(address("/invalid-close?kind=bad-utf8&on=close", tag));
    socket.addEventListener("open", () => socket.close(3000, "bye"), { once: true });
    return story(socket);
  },
});

testSame("readyState", {
  "goes its way in the calls, not after them": async (tag) => {
    const states = [];
    const socket = new WebSocket(address("/echo", tag));
    const note = () => states.push(socket.readyState);
    note();
    await event(socket, "open");
    note();
    socket.close();
    note();
    await Promise.resolve();
    note();
    await event(socket, "close");
    note();
    socket.close();
    note();
    return states;
  },
});

stage.leavesNothing();
