// The goals, and whether what was measured meets them: by the median. `isWithinSpread` says that one lies between the
// quartiles.

import { ASYNC_BY_HAND, OURS } from "./names.mjs";
import { one, two } from "./wording.mjs";

const MESSAGE_THROUGHPUT = 0.98;
const RUST_THROUGHPUT = 0.95;
const RUST_OVER_PEERS = 1.5;
const RUST_OVER_PEERS_UP_TO_BYTES = 1_024;
const CYCLE_TIME = 1.05;
const HEAP_BYTES = 1_024;
const WASM_BYTES = 256;
const EVENT_LATE_MS = 10;
const CONNECTION_LATE_MS = 50;
const FIRST_USE_MS = 2;
/** Chromium's, in a page that is not isolated. */
const CLOCK_MS = 0.1;
const ENTRY_BYTES = 8_000;
const RUST_BYTES = 4_096;
const GROWTH = 1.1;
const FEW = 10;
const MANY = 200;

/** Each goal: what it says, what was measured, and whether it is met. */
export function goalsOf(results) {
  return [
    ...messageGoals(results.messages),
    ...(results.rustMessages ? rustGoals(results.rustMessages) : []),
    ...cycleGoals(results.cycles),
    ...memoryGoals(results.memory),
    ...closingGoals(results),
    firstUseGoal(results.firstUse),
    importGoal(results.firstUse),
    sizeGoal(results.sizes),
    ...(results.rustSizes ? [rustSizeGoal(results.rustSizes)] : []),
    ...scaleGoals(results.scale),
  ];
}

function messageGoals(messages) {
  return ["receive", "send"].map((direction) => {
    const cases = messages.filter((one) => one.contestant === OURS && one.direction === direction);
    const [worst, best] = extremes(cases.map(({ throughput }) => throughput.median));
    const [least, most] = extremes(cases.map(({ cpu }) => cpu.median));
    return {
      id: `messages-${direction}`,
      goal: `messages, ${direction}: at least ${MESSAGE_THROUGHPUT} of the browser's own throughput in each case`,
      measured: `${two(worst)} to ${two(best)} (CPU time of the page: ${two(least)} to ${two(most)})`,
      isMet: worst >= MESSAGE_THROUGHPUT,
      isWithinSpread: cases.every(({ throughput }) => throughput.q3 >= MESSAGE_THROUGHPUT),
    };
  });
}

function rustGoals(messages) {
  const ours = messages.filter(({ contestant }) => contestant === OURS);
  const baseline = messages[0].contestant;
  const [worst, best] = extremes(ours.map(({ throughput }) => throughput.median));
  const overPeers = ours
    .filter(({ bytes }) => bytes <= RUST_OVER_PEERS_UP_TO_BYTES)
    .map((one) => {
      const peers = messages.filter(
        (other) => isSameCase(one, other) && ![OURS, baseline].includes(other.contestant),
      );
      return one.throughput.median / Math.max(...peers.map(({ throughput }) => throughput.median));
    });
  const [leastOver, mostOver] = extremes(overPeers);
  return [
    {
      id: "rust-throughput",
      goal: `messages in Rust: at least ${RUST_THROUGHPUT} of the throughput of what is written by hand (\`${baseline}\`)`,
      measured: `${two(worst)} to ${two(best)}`,
      isMet: worst >= RUST_THROUGHPUT,
      isWithinSpread: ours.every(({ throughput }) => throughput.q3 >= RUST_THROUGHPUT),
    },
    {
      id: "rust-peers",
      goal: `messages in Rust up to 1 kB: at least ${RUST_OVER_PEERS} times the throughput of the best other crate`,
      measured: `${two(leastOver)} to ${two(mostOver)} times`,
      isMet: leastOver >= RUST_OVER_PEERS,
    },
  ];
}

function cycleGoals(cycles) {
  const { time, cpu } = cycles.find(({ contestant }) => contestant === OURS);
  const goal = (id, what, { median, q1 }) => ({
    id,
    goal: `opening and closing: at most ${CYCLE_TIME} of the browser's own ${what}`,
    measured: two(median),
    isMet: median <= CYCLE_TIME,
    isWithinSpread: q1 <= CYCLE_TIME,
  });
  return [goal("cycles", "time", time), goal("cycles-cpu", "CPU time of the page", cpu)];
}

function memoryGoals(memory) {
  const [native, ours] = memory;
  const more = ours.heapBytes.median - native.heapBytes.median;
  return [
    {
      id: "heap",
      goal: `an open socket: at most ${HEAP_BYTES} bytes of JavaScript heap over the browser's own`,
      measured: `${Math.round(more)} bytes`,
      isMet: more <= HEAP_BYTES,
    },
    {
      id: "wasm",
      goal: `an open socket: at most ${WASM_BYTES} bytes of WebAssembly memory`,
      measured: `${Math.round(ours.wasmBytes.median)} bytes`,
      isMet: ours.wasmBytes.median <= WASM_BYTES,
    },
  ];
}

function closingGoals({ closing, closeTimeoutMs }) {
  const lateness = ({ p99 }) => p99 - closeTimeoutMs;
  const event = lateness(closing.find(({ contestant }) => contestant === OURS).ms);
  const connection = lateness(closing.find(({ contestant }) => contestant === "disposable").peer);
  return [
    {
      id: "event",
      goal: `a peer that never answers: the event at most ${EVENT_LATE_MS} ms after the deadline, 99 times of 100`,
      measured: `${one(event)} ms`,
      isMet: event <= EVENT_LATE_MS,
    },
    {
      id: "connection",
      goal: `with \`disposable\`: the connection gone for the peer at most ${CONNECTION_LATE_MS} ms after it, 99 times of 100`,
      measured: `${one(connection)} ms`,
      isMet: connection <= CONNECTION_LATE_MS,
    },
  ];
}

function firstUseGoal({ overNative, overEmptyModule, overEmptyModuleCpu }) {
  const [behindEmpty, cpu] = [overEmptyModule, overEmptyModuleCpu].map(({ median }) => one(median));
  return {
    id: "first-use",
    goal: `first use, with the import: at most ${FIRST_USE_MS} ms over the browser's own`,
    measured: `${one(overNative.median)} ms (over a page that imports an empty module: ${behindEmpty} ms, in CPU time ${cpu} ms)`,
    isMet: overNative.median <= FIRST_USE_MS,
    isWithinSpread: overNative.q1 <= FIRST_USE_MS,
  };
}

function importGoal({ evaluation }) {
  return {
    id: "import",
    goal: `importing without constructing, both fetched and parsed before: at most ${CLOCK_MS} ms, the clock's resolution, over an empty module`,
    measured: `${one(evaluation.median)} ms`,
    isMet: evaluation.median <= CLOCK_MS,
    isWithinSpread: evaluation.q1 <= CLOCK_MS,
  };
}

function sizeGoal(sizes) {
  const { gzip } = sizes.find(({ name }) => name === OURS);
  return {
    id: "size",
    goal: `the npm package, everything included: at most ${ENTRY_BYTES} bytes after gzip`,
    measured: `${gzip} bytes`,
    isMet: gzip <= ENTRY_BYTES,
  };
}

function rustSizeGoal(sizes) {
  const wasm = (wanted) => sizes.find(({ name }) => name === wanted).wasmGzip;
  const more = wasm(OURS) - wasm(ASYNC_BY_HAND);
  return {
    id: "rust-size",
    goal: `a minimal program in Rust: at most ${RUST_BYTES} bytes of WebAssembly, after gzip, over what is written by hand in an async task`,
    measured: `${more} bytes`,
    isMet: more <= RUST_BYTES,
  };
}

function scaleGoals(scale) {
  const cost = (operation, contestant, sockets) =>
    scale.find(
      (row) => row.operation === operation && row.contestant === contestant && row.sockets === sockets,
    ).us.median;
  return [...new Set(scale.map(({ operation }) => operation))].map((operation) => {
    const growth = (contestant) => cost(operation, contestant, MANY) / cost(operation, contestant, FEW);
    const [ours, native] = [growth(OURS), growth("native")];
    return {
      id: `scale-${operation}`,
      goal: `${operation}, each with ${MANY} sockets over with ${FEW}: at most ${GROWTH} times as long, or ${GROWTH} times what the browser's own grows by`,
      measured: `${two(ours)} times (the browser's own ${two(native)})`,
      isMet: ours <= GROWTH * Math.max(1, native),
    };
  });
}

function isSameCase(one, other) {
  return one.direction === other.direction && one.kind === other.kind && one.bytes === other.bytes;
}

function extremes(values) {
  return [Math.min(...values), Math.max(...values)];
}
