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

/** A socket's state, which only the core can read. */
export type State = Uint8Array;

/** The one core of all sockets. It keeps nothing from one step to the next; its memory never grows. */
export class Core {
  readonly #step: CoreExports["step"];
  readonly #state: State;
  readonly #numbers: Float64Array;

  constructor({ memory: { buffer }, state, stateSize, numbers, step }: CoreExports) {
    this.#step = step;
    this.#state = new Uint8Array(buffer, state(), stateSize());
    this.#numbers = new Float64Array(buffer, numbers(), NUMBERS);
  }

  /**
   * Takes a step from the state, and returns what is to be done: bits, as {@link WakeUp} and {@link Then} have them. The
   * state itself stays as it is; {@link state} is the one after it.
   *
   * @param amount Milliseconds, bytes or a code, by the input.
   */
  step(
    state: State | undefined,
    input: Input,
    now: number,
    native: number,
    bufferedAmount: number,
    amount = 0,
    flag = false,
  ): number {
    if (state) {
      this.#state.set(state);
    } else {
      this.#state.fill(0);
    }
    return this.#step(input, now, native, Math.min(bufferedAmount, MOST_BYTES), amount, flag);
  }

  // What the last step came to; the next, of whichever socket, replaces it.

  get state(): State {
    return this.#state.slice();
  }

  /** When the timer is to fire. */
  get deadline(): number {
    return this.#numbers[0] as number;
  }

  /** How the connection ended. `sentCode` is 0 if nothing was sent. */
  get ending() {
    const [, code, outcome, initiator, phase, sentCode, timeConnecting, timeOpen, elapsed] = this
      .#numbers as unknown as number[];
    return {
      code: code as number,
      outcome: OUTCOMES[outcome as number] as CloseOutcome,
      initiator: INITIATORS[initiator as number] as CloseInitiator,
      phase: PHASES[phase as number] as ClosePhase,
      sentCode: sentCode as number,
      timeConnecting: timeConnecting as number,
      timeOpen: timeOpen as number,
      elapsed: elapsed as number,
    };
  }
}
