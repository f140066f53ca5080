// A strict consumer of the types: every public member, under every module resolution.

import {
  type CloseFrame,
  type CloseInitiator,
  type CloseOutcome,
  type ClosePhase,
  type CloseReport,
  GracefulWebSocket,
  type GracefulWebSocketConstructor,
  type GracefulWebSocketOptions,
  type WebSocketClass,
  withGracefulClose,
} from "graceful-websocket";

const options: GracefulWebSocketOptions = {
  protocols: new Set(["chat"]),
  signal: AbortSignal.timeout(1_000),
  openTimeout: Number.POSITIVE_INFINITY,
  closeTimeout: 100,
};

/** The initiators, all of them: another would not be assignable. */
const INITIATORS: Record<CloseInitiator, true> = {
  local: true,
  remote: true,
  browser: true,
  transport: true,
};

/** The outcome tells all cases apart: another would not be assignable to `never`. */
function describe({ outcome }: CloseReport): string {
  switch (outcome) {
    case "clean":
    case "unclean":
    case "timed-out":
    case "terminated":
    case "never-opened":
      return outcome satisfies CloseOutcome;
    default:
      return outcome satisfies never;
  }
}

export async function usesAllOf(url: URL): Promise<void> {
  const Class: GracefulWebSocketConstructor = withGracefulClose(WebSocket satisfies WebSocketClass);
  const prototype: GracefulWebSocket = Class.prototype;
  const states: [0, 1, 2, 3] = [Class.CONNECTING, Class.OPEN, Class.CLOSING, Class.CLOSED];
  await using socket = new GracefulWebSocket(url, options);
  const others = [new Class("wss://example.org"), new Class(url, "chat"), new Class(url, ["chat", "talk"])];

  const base: WebSocket = socket;
  const state: number = socket.readyState;
  socket.closeTimeout = socket.closeTimeout + 1;
  socket.onclose = ({ code, reason, wasClean }) => console.log(code satisfies number, reason, wasClean);
  socket.addEventListener("message", ({ data }) => console.log(data));
  socket.send("text");
  socket.send(new Uint8Array(1));
  socket.send(new ArrayBuffer(1));
  socket.send(new Blob([]));
  socket.send(new CloseEvent("close", { code: 4000, reason: "bye" }));
  for await (const message of socket) {
    message satisfies string | ArrayBuffer | Blob;
    break;
  }
  socket.terminate();

  const report: CloseReport = await socket.close(1000, "done");
  const initiator: CloseInitiator = report.initiator;
  const phase: ClosePhase = report.phase;
  const sent: CloseFrame | null = report.sent;
  const times: number[] = [report.timeConnecting, report.timeOpen, report.elapsed];
  const numbers: number[] = [report.code, ...times, report.unsentBytes, sent?.code ?? 0];
  const truth: boolean = report.wasClean;
  const same: CloseReport | null = socket.closeReport;
  const again: CloseReport = await socket.closed;
  console.log(
    describe(report),
    report.reason,
    sent?.reason,
    INITIATORS[initiator],
    phase,
    numbers,
    truth,
    same,
    again,
  );
  console.log(prototype, states, others, base, state);

  // @ts-expect-error: a report is not to be changed.
  report.outcome = "clean";
  // @ts-expect-error: the report is the socket's.
  socket.closeReport = report;
  // @ts-expect-error: a timeout is a number.
  new GracefulWebSocket(url, { closeTimeout: "100" });
}
