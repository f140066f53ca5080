// The rows of the test doubles: what an application's tests put in the place of the WebSocket, between it and the network,
// or in the place of the timers. Each is asked for what it can express of a close; what it cannot, its program says.

import assert from "node:assert/strict";
import { join } from "node:path";

import { closesReceived } from "../../npm/server.mjs";
import { BYE, CLOSE_TIMEOUT_MS, NOWHERE } from "../consumer/doubles/exercise.js";
import { assertEnd, ENDS } from "../consumer/doubles/expected.js";
import { NODE_26, node as program } from "../runtimes.mjs";
import { tool, websocketAddress, withServer } from "../workshop.mjs";
import { pageByEsbuild } from "./bundlers.mjs";

/** Without a WebSocket of its own, and with one. */
const NODES = ["node-20", "node-26"];

/** What a runner of tests says of them. */
const PASSED = /\d+ passed|pass \d+/;

export const rows = [
  inNodes("hand-written doubles", ["hand-written.test.mjs"]),
  inNodes("hand-written doubles, before the import", ["hand-written.test.mjs", "before"]),
  inNodes("doubles after what was no class", ["no-class.test.mjs"]),
  inNodes("doubles: its server", ["mock-socket.test.mjs"], "mock-socket", ["@sinonjs/fake-timers"]),
  ...["undici", "ws"].map((name) =>
    withMisbehaving("doubles: in the place of the global after the import", name, NODES, [
      "late-global.test.mjs",
    ]),
  ),
  ...["msw-3", "msw-2", "@mswjs/interceptors"].flatMap((name) =>
    ["before", "after"].map((when) =>
      // They intercept nothing where there is no WebSocket.
      withMisbehaving(
        `doubles: started ${when} the import`,
        name,
        ["node-26"],
        ["intercepted.test.mjs", when],
      ),
    ),
  ),
  inVitest("doubles: its server, in Vitest", "websocket-mock", "vitest-websocket-mock", ["mock-socket"]),
  inVitest("doubles: vi.stubGlobal after the import", "stub-global"),
  inVitest("doubles: vi.useFakeTimers", "fake-timers"),
  ...["node", "jsdom"].flatMap((environment) => [
    inJest(
      `doubles: its server, in Jest, ${environment}`,
      "websocket-mock",
      environment,
      "jest-websocket-mock",
    ),
    inJest(`doubles: jest.useFakeTimers, ${environment}`, "fake-timers", environment),
  ]),
  inNodes("doubles: the timers", ["fake-timers.test.mjs"], "@sinonjs/fake-timers"),
  ...NODES.map((node) => ({
    name: "doubles: mock.timers",
    tool: node,
    run: async (workshop) => runIn(workshop, await workshop.consumer(), node, ["mock-timers.test.mjs"]),
  })),
  { name: "doubles: page.routeWebSocket, mocked", tool: "playwright-core", run: routeToNowhere },
  { name: "doubles: page.routeWebSocket, connectToServer", tool: "playwright-core", run: routeToServer },
];

/** The program, in every Node. */
function inNodes(name, args, tool, more = []) {
  return {
    name,
    tool,
    async run(workshop) {
      const directory = await workshop.consumer({ links: [...(tool ? [tool] : []), ...more] });
      const notes = [];
      for (const node of NODES) {
        notes.push(await runIn(workshop, directory, node, args));
      }
      return notes.join(", ");
    },
  };
}

/** The program, which talks to the misbehaving server as well. */
function withMisbehaving(name, tool, nodes, [file, ...args]) {
  return {
    name,
    tool,
    async run(workshop) {
      const directory = await workshop.consumer({ links: [tool] });
      const notes = [];
      for (const node of nodes) {
        const note = await withServer(directory, (server) =>
          runIn(workshop, directory, node, [file, websocketAddress(server), tool, ...args]),
        );
        notes.push(note);
      }
      return notes.join(", ");
    },
  };
}

async function runIn(workshop, directory, node, [file, ...args]) {
  const { stdout } = await workshop.run(directory, program(node), [`doubles/${file}`, ...args]);
  return PASSED.exec(stdout)[0];
}

function inVitest(name, test, double = "vitest", more = []) {
  return {
    name,
    tool: double,
    async run(workshop) {
      const directory = await workshop.consumer({ links: [...new Set(["vitest", double, ...more])] });
      const args = [join(tool("vitest"), "vitest.mjs"), "run", "--root", "doubles", `vitest/${test}`];
      const { stdout } = await workshop.run(directory, NODE_26, args);
      return PASSED.exec(stdout.slice(stdout.indexOf("Tests")))[0];
    },
  };
}

/** In CommonJS, as most tests in Jest are. */
function inJest(name, test, environment, double = "jest") {
  return {
    name,
    tool: double,
    async run(workshop) {
      const links = new Set(["jest", "jest-environment-jsdom", "esbuild", double]);
      const directory = await workshop.consumer({ links: [...links], settings: { type: "commonjs" } });
      const config = ["--config", "doubles/jest/config.json", "--env", environment];
      const notes = [];
      for (const node of NODES) {
        const args = [join(tool("jest"), "bin/jest.js"), ...config, `jest/${test}`];
        const { stderr } = await workshop.run(directory, program(node), args);
        notes.push(PASSED.exec(stderr.slice(stderr.indexOf("Tests:")))[0]);
      }
      return notes.join(", ");
    },
  };
}

/**
 * Playwright, in whose mock every connection opens, and no close is unclean; so a lost connection is told by its code, and
 * one that is refused cannot be.
 */
async function routeToNowhere(workshop) {
  const directory = await pageByEsbuild(await workshop.consumer(), "doubles/page.js");
  /** By the socket: the handler is called for its own answer as well. */
  const closes = new Map();
  let silent;
  const peers = {
    "/echo": (socket) => {
      socket.onMessage((message) => socket.send(message));
      socket.onClose((code, reason) => {
        closes.set(socket, { code, reason });
        socket.close({ code, reason });
      });
    },
    "/silent": (socket) => {
      silent = socket;
      socket.onClose((code, reason) => closes.set(socket, { code, reason }));
    },
    "/away": (socket) => socket.onMessage(() => socket.close({ code: 1001, reason: "away" })),
    "/drop": (socket) => socket.onMessage(() => socket.close({ code: 1006 })),
  };
  const route = (socket) => peers[new URL(socket.url()).pathname](socket);
  await withServer(directory, (server) =>
    onPage(workshop, server.address, { route, answerLate: () => silent.close(BYE) }, async (ask) => {
      for (let times = 0; times < 2; times += 1) {
        assertEnd(await ask("talk", `${NOWHERE}/echo`), ENDS.answered);
      }
      assert.deepEqual([...closes.values()], [BYE, BYE]);
      assertEnd(await ask("talk", `${NOWHERE}/echo`, {}), ENDS.answeredWithoutCode);
      closes.clear();
      assertEnd(await ask("talkToSilence", `${NOWHERE}/silent`), ENDS.timedOut);
      assert.deepEqual([...closes.values()], [BYE]);
      assertEnd(await ask("listenAfter", `${NOWHERE}/away`, "end"), ENDS.closedByPeer);
      assertEnd(await ask("listenAfter", `${NOWHERE}/drop`, "end"), ENDS.lost);
    }),
  );
}

/** The same in front of the misbehaving server, to which everything is passed on. */
async function routeToServer(workshop) {
  const directory = await pageByEsbuild(await workshop.consumer(), "doubles/page.js");
  await withServer(directory, async (server) => {
    const route = (socket) => socket.connectToServer();
    const answerLate = () => server.connection("late", "ended");
    const at = (path) => websocketAddress(server) + path;
    await onPage(workshop, server.address, { route, answerLate }, async (ask) => {
      for (const tag of ["first", "second"]) {
        assertEnd(await ask("talk", at(`/echo?tag=${tag}`)), ENDS.answered);
        assert.deepEqual(closesReceived(await server.connection(tag, "ended")), [BYE]);
      }
      const late = await ask("talkToSilence", at(`/late?ms=${3 * CLOSE_TIMEOUT_MS}&tag=late`));
      assertEnd(late, ENDS.timedOut);
      assert.deepEqual(closesReceived(await server.connection("late", "ended")), [BYE]);
      assertEnd(await ask("listen", at("/close?code=1001&reason=away")), ENDS.closedByPeer);
      const lost = await ask("listen", at("/drop"));
      assert.equal(lost.listeners.at(-1), "close 3 1006 unclean");
      assert.deepEqual(lost.handlers, lost.listeners);
      assert.equal(lost.report.outcome, "unclean");
    });
  });
}

/** Opens the page with its sockets routed, for as long as `use` takes, which gets what asks the page for a talk. */
async function onPage(workshop, address, { route, answerLate }, use) {
  const { page, problems } = await workshop.newPage();
  try {
    await page.routeWebSocket(/./, route);
    await page.exposeFunction("answerLate", async () => {
      await answerLate();
    });
    await page.goto(address);
    await use((talk, ...args) =>
      page.evaluate(([talk, args]) => globalThis.talks[talk](...args), [talk, args]),
    );
  } catch (error) {
    throw new Error([error.message, ...problems].join("\n"), { cause: error });
  } finally {
    await page.close();
  }
}
