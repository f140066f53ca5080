// The arguments of close(): which are refused, how, and without any effect; and what the others are on the wire.
// (WHATWG WebSockets, `close()`, steps 1 and 2; Web IDL, `[Clamp] unsigned short` and `USVString`.)

import assert from "node:assert/strict";
import { test } from "node:test";

import { closesReceived } from "./server.mjs";
import { newTag, setStage } from "./stage.mjs";

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

const MAX_REASON_BYTES = 123;
const EURO = "€";
const EURO_BYTES = 3;
const REPLACEMENT = "\ufffd";
const LONGEST_REASON = EURO.repeat(MAX_REASON_BYTES / EURO_BYTES);

const NO_BODY = { code: null, reason: "" };
const NO_STATUS_RECEIVED = 1005;

const stage = setStage();

/** Makes calls that are to throw, and returns what each throws, by name, and what the socket is afterwards. */
async function refusals(page, tag) {
  return page.run((tag) => {
    const socket = sockets.get(tag);
    const { readyState, closeReport } = socket;
    const tooLong = "x".repeat(124);
    const refused = {
      InvalidAccessError: [
        ...[null, 0, 999, 1001, 1005, 1006, 1015, 2999, 5000, -1, 65_536, 66_536].map((code) => [code]),
        ...[Number.NaN, Number.POSITIVE_INFINITY, "", "1000x", {}, true, [], () => {}].map((code) => [code]),
        ...[999.4, 2999.4, 4999.5, 999, "reason"].map((code) => [code, "reason"]),
        [999, tooLong],
      ],
      SyntaxError: [
        [1000, tooLong],
        [3000, "€".repeat(42)],
        [4999, "\ud800".repeat(42)],
        [undefined, tooLong],
      ],
      TypeError: [
        [1000n],
        [Symbol("1000")],
        [1000, Symbol("reason")],
        [999, Symbol("reason")],
        [Symbol("999"), tooLong],
      ],
    };
    const wrong = Object.entries(refused).flatMap(([name, calls]) =>
      calls
        .map((call) => ({ call: call.map(String), error: thrown(() => socket.close(...call)) }))
        .filter(
          ({ error }) => error?.name !== name || (name !== "TypeError" && error.type !== "DOMException"),
        ),
    );
    return {
      wrong,
      isUnchanged: socket.readyState === readyState && socket.closeReport === closeReport,
      readyState,
    };
  }, tag);
}

test("invalid ones are refused in every state, code before reason, and change and send nothing", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  const isRefusedIn = async (readyState) => {
    assert.deepEqual(await refusals(page, tag), { wrong: [], isUnchanged: true, readyState });
  };

  await page.run((tag) => sockets.set(tag, connect("/hang", tag)), tag);
  await isRefusedIn(CONNECTING);
  const opened = newTag();
  await page.run(
    async ([tag, opened]) => {
      sockets.get(tag).close();
      sockets.set(tag, await open("/silent", opened));
    },
    [tag, opened],
  );
  await isRefusedIn(OPEN);
  assert.deepEqual(closesReceived(await stage.server.connection(opened)), []);
  await page.run((tag) => {
    sockets.get(tag).close(3000, "valid");
  }, tag);
  await isRefusedIn(CLOSING);
  await page.run((tag) => {
    const socket = sockets.get(tag);
    socket.closeTimeout = 0;
    return socket.closed;
  }, tag);
  await isRefusedIn(CLOSED);
  const connection = await stage.server.connection(opened, "closing");
  assert.deepEqual(closesReceived(connection), [{ code: 3000, reason: "valid" }]);
});

stage.inOnePage("valid ones reach the peer, and are in the report, as the standards convert them", (page) => {
  const valid = (name, args, onTheWire) => {
    test(name, async () => {
      const tag = newTag();
      const report = await page().run(
        async ([tag, args]) => {
          const socket = await open("/echo", tag);
          return socket.close(...args);
        },
        [tag, args],
      );
      assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [onTheWire]);
      const { code, reason } = onTheWire;
      const inReport = { code: code ?? NO_STATUS_RECEIVED, reason };
      assert.deepEqual(report.sent, inReport);
      assert.deepEqual({ code: report.code, reason: report.reason }, inReport, "the peer echoes them");
    });
  };
  const code = (code) => ({ code, reason: "" });

  valid("none: the Close frame has no body", [], NO_BODY);
  valid("an undefined code: no body", [undefined], NO_BODY);
  valid("a reason without a code: no body", [undefined, "reason"], NO_BODY);
  valid("1000", [1000], code(1000));
  valid("3000", [3000], code(3000));
  valid("4999", [4999], code(4999));
  valid("a fraction is rounded down", [1000.4], code(1000));
  valid("a fraction is rounded up", [999.6], code(1000));
  valid("a half is rounded to the even below", [3000.5], code(3000));
  valid("a half is rounded to the even above", [3001.5], code(3002));
  valid("a half is rounded to 1000 from below", [999.5], code(1000));
  valid("a string is converted to a number", ["3000"], code(3000));
  valid("a string in hexadecimal is, too", ["0xbb8"], code(3000));
  valid("a list of one number is, too", [[3000]], code(3000));
  valid("a code and no reason: only the code", [3001], code(3001));
  valid("an undefined reason: only the code", [3001, undefined], code(3001));
  valid("an empty reason: only the code", [3001, ""], code(3001));
  valid("null is converted to a string", [3000, null], { code: 3000, reason: "null" });
  valid("a number is converted to a string", [3000, 5], { code: 3000, reason: "5" });
  valid("123 bytes of characters of several bytes", [3000, LONGEST_REASON], {
    code: 3000,
    reason: LONGEST_REASON,
  });
  valid("a surrogate pair stays one character", [3000, "😀"], { code: 3000, reason: "😀" });
  valid("a reason beginning with a byte order mark keeps it on the wire", [3000, "\ufeffa"], {
    code: 3000,
    reason: "\ufeffa",
  });
});

test("a lone surrogate reaches the peer as U+FFFD", async (t) => {
  const page = await stage.page(t);
  const tag = newTag();
  // Made in the page, since a lone surrogate does not cross to it.
  const { sent } = await page.run(async (tag) => {
    const socket = await open("/echo", tag);
    return socket.close(3000, "a\ud800z");
  }, tag);
  const onTheWire = { code: 3000, reason: `a${REPLACEMENT}z` };
  assert.deepEqual(closesReceived(await stage.server.connection(tag, "ended")), [onTheWire]);
  assert.deepEqual(sent, onTheWire);
});

test("each is converted once, the code first", async (t) => {
  const page = await stage.page(t);
  const order = await page.run(async (tag) => {
    const order = [];
    const note = (name, value) => ({
      [Symbol.toPrimitive](hint) {
        order.push(`${name} to ${hint}`);
        return value;
      },
    });
    const socket = await open("/echo", tag);
    await socket.close(note("code", 3000), note("reason", "x"));
    return order;
  }, newTag());
  assert.deepEqual(order, ["code to number", "reason to string"]);
});

stage.leavesNothing();
