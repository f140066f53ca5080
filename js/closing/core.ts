// The core: the closing machine of `src/closing/` as a function of numbers (`npm/src/lib.rs`).

import type { CloseInitiator, CloseOutcome, ClosePhase } from "../types.js";

/** What the core shows of itself, compiled to WebAssembly or to JavaScript. */
export interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  /** Where the state of the socket lies that a step is taken of, and how many bytes it has. */
  state(): number;
  stateSize(): number;
  /** Where what a step says lies: when the timer is to fire, and how the connection ended. */
  numbers(): number;
  step(
    input: Input,
    now: number,
    native: number,
    bufferedAmount: number,
    amount: number,
    flag: boolean,
  ): number;
}

/** What can happen to a socket, as `npm/src/lib.rs` numbers it; `src/closing/input.rs` says what each means. */
export enum Input {
  New,
  OpenTimeout,
  CloseTimeout,
  Opened,
  Close,
  Terminate,
  LateSend,
  NativeError,
  NativeClose,
  TimerFired,
  Navigated,
  TaskYielded,
  Looked,
}

/** What is to be done about the one wake-up: two bits of what a step returns. */
export enum WakeUp {
  Leave,
  Timer,
  Task,
  None,
}

/** What else is to be done: the next two bits. The one after that says of a close that it has a code, of settling that it is synthetic. */
export enum Then {
  Nothing,
  SendClose,
  Settle,
  AbsorbEvent,
}

// What the core's numbers say: the words of `src/closing/ending.rs`, in their order.
const OUTCOMES: CloseOutcome[] = ["clean", "unclean", "timed-out", "terminated", "never-opened"];
const INITIATORS: CloseInitiator[] = ["local", "remote", "browser", "transport"];
const PHASES: ClosePhase[] = ["connecting", "open", "flushing", "handshake"];

const MOST_BYTES = 0xffff_ffff;
const NUMBERS = 9;

/** The one core of all sockets. It keeps nothing from one step to the next; its memory never grows. */
export class Core {
  readonly step: CoreExports["step"];
  /** The state of the socket that a step is taken of. */
  readonly state: Uint8Array;
  /** When the timer is to fire, and how the connection ended. */
  readonly numbers: Float64Array;
  /** The last socket that has taken a step, and its state before. */
  last: Machine | undefined;
  readonly before: Uint8Array;

  constructor({ memory: { buffer }, state, stateSize, numbers, step }: CoreExports) {
    this.step = step;
    this.state = new Uint8Array(buffer, state(), stateSize());
    this.numbers = new Float64Array(buffer, numbers(), NUMBERS);
    this.before = this.state.slice();
  }
}

/** The state of one socket, and the steps it takes. */
export class Machine {
  readonly #core: Core;
  readonly #state: Uint8Array;

  /** The machine of a socket that is CONNECTING. */
  constructor(core: Core, now: number, inGecko: boolean) {
    this.#core = core;
    core.step(Input.New, now, 0, 0, 0, inGecko);
    this.#state = core.state.slice();
  }

  /**
   * Takes a step, and returns what is to be done: bits, as {@link WakeUp} and {@link Then} have them. What cuts it short
   * (the engine's stack may be exhausted) changes nothing.
   *
   * @param amount Milliseconds, bytes or a code, by the input.
   */
  step(input: Input, now: number, native: number, bufferedAmount: number, amount = 0, flag = false): number {
    const core = this.#core;
    core.state.set(this.#state);
    const actions = core.step(input, now, native, Math.min(bufferedAmount, MOST_BYTES), amount, flag);
    core.before.set(this.#state);
    core.last = this;
    this.#state.set(core.state);
    return actions;
  }

  /** Takes the last step back, unless another has been taken since. */
  undo(): void {
    if (this.#core.last === this) {
      this.#state.set(this.#core.before);
    }
  }

  /** When the timer is to fire, by the step that has just said so. */
  get deadline(): number {
    return this.#core.numbers[0] as number;
  }

  /** How the connection ended, by the step that has just said so. */
  get ending() {
    const [, code, outcome, initiator, phase, sentCode, timeConnecting, timeOpen, elapsed] = this.#core
      .numbers as unknown as number[];
    return {
      code: code as number,
      outcome: OUTCOMES[outcome as number] as CloseOutcome,
      initiator: INITIATORS[initiator as number] as CloseInitiator,
      phase: PHASES[phase as number] as ClosePhase,
      /** 0 if none was sent. */
      sentCode: sentCode as number,
      timeConnecting: timeConnecting as number,
      timeOpen: timeOpen as number,
      elapsed: elapsed as number,
    };
  }
}
