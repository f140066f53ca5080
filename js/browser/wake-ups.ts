// The wake-ups of all sockets of a realm: one timer, one port, one set of page listeners, made when the first needs
// them, and kept.

import { Input } from "../closing/core.js";
import { isGecko, isWorkerd } from "./engine.js";
import { type Host, PageEvent, realm, type TaskPort } from "./host.js";
import { attempt } from "./report-error.js";

/** One who can be woken. */
export interface Sleeper {
  /** When, in the host's milliseconds. */
  deadline: number;
  /** `TimerFired` at the deadline; `Looked` when the page is back, and timers may have stood still; `Navigated`. */
  wake(by: Input): void;
}

/** The longest delay of a browser's timer (HTML, "timer initialization steps": a `long`). Then it is set again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** So many tasks it takes Firefox to bring an event that it has known of before, each queued by the one before it. */
const TASKS_TO_EVENT = 3;

/** More than is wrong with the sum of two times. */
const ROUNDING_MS = 1e-3;

const NEVER = Number.POSITIVE_INFINITY;

export class WakeUps {
  readonly host: Host;
  /** Those with a deadline. */
  readonly #waiting = new Set<Sleeper>();
  /** In Gecko, those that a navigation may concern: all that have not settled. */
  readonly #living = new Set<Sleeper>();
  #timer: unknown;
  #timerAt = NEVER;
  /** By timers that have fired it is at least this late: a test may have replaced them, and not the clock. */
  #latest = 0;
  #port: TaskPort | undefined;
  /** The tasks in the port, in their order. No array, of which a page may have replaced what is needed here. */
  readonly #tasks = new Set<() => void>();
  #isListening = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** The host's milliseconds. */
  now(): number {
    return Math.max(this.host.now(), this.#latest);
  }

  /** A socket has been made, and may be told of a navigation until it {@link end}s. */
  begin(sleeper: Sleeper): void {
    if (isGecko) {
      this.#listen();
      this.#living.add(sleeper);
    }
  }

  end(sleeper: Sleeper): void {
    this.#living.delete(sleeper);
    this.disarm(sleeper);
  }

  /** Wakes the sleeper at its deadline, and whenever the page comes back before. */
  arm(sleeper: Sleeper, deadline: number): void {
    this.#listen();
    sleeper.deadline = deadline;
    this.#waiting.add(sleeper);
    if (deadline < this.#timerAt) {
      this.#setTimer();
    }
  }

  disarm(sleeper: Sleeper): void {
    this.#waiting.delete(sleeper);
    if (this.#waiting.size === 0 && this.#timerAt < NEVER) {
      this.#clearTimer();
    }
  }

  /** Runs the callback, which is given once, in a task of its own, behind those that are queued by now. */
  task(run: () => void): void {
    this.#port ??= this.host.openPort(() => this.#runTask());
    this.#port.post();
    this.#tasks.add(run);
  }

  /** Runs the callback when an event that the browser knows of by now has come. */
  afterEvents(run: () => void, tasks = TASKS_TO_EVENT): void {
    this.task(tasks > 1 ? () => this.afterEvents(run, tasks - 1) : run);
  }

  #runTask(): void {
    const [run] = this.#tasks;
    this.#tasks.delete(run as () => void);
    if (this.#tasks.size === 0) {
      this.#port?.rest();
    }
    run?.();
  }

  /**
   * In a page that has been hidden for long, a timer that is set in a chain of timers is held back for up to a minute; one
   * that is set in a message's task is not.
   */
  #setTimer(): void {
    if (this.host.isHidden()) {
      this.task(() => this.#setTimerNow());
    } else {
      this.#setTimerNow();
    }
  }

  /** Sets the timer for the earliest deadline. The one before stands until there is another. */
  #setTimerNow(): void {
    let earliest = NEVER;
    for (const { deadline } of this.#waiting) {
      earliest = Math.min(earliest, deadline);
    }
    if (earliest < NEVER) {
      const now = this.now();
      // Rounded up, so that it does not fire before; not for what the numbers have of their own.
      const delay = Math.min(Math.max(Math.ceil(earliest - now - ROUNDING_MS), 0), MAX_TIMER_MS);
      const timer = this.host.setTimer(() => this.#timerFired(), delay);
      this.#clearTimer();
      this.#timer = timer;
      this.#timerAt = Math.min(earliest, now + delay);
    }
  }

  #clearTimer(): void {
    this.host.clearTimer(this.#timer);
    this.#timerAt = NEVER;
  }

  #timerFired(): void {
    const due = this.#timerAt;
    this.#timerAt = NEVER;
    this.#latest = Math.max(this.#latest, due);
    forEach(this.#waiting, (sleeper) => {
      if (sleeper.deadline <= due) {
        this.#waiting.delete(sleeper);
        sleeper.wake(Input.TimerFired);
      }
    });
    if (this.#timerAt === NEVER) {
      this.#setTimer();
    }
  }

  #listen(): void {
    if (!this.#isListening) {
      this.host.listenToPage((event) => this.#heard(event));
      this.#isListening = true;
    }
  }

  #heard(event: PageEvent): void {
    if (event === PageEvent.Leaving) {
      // The browser closes its sockets after the event, and a little before it says so.
      this.#tellOfNavigation(TASKS_TO_EVENT);
    } else {
      forEach(this.#waiting, (sleeper) => sleeper.wake(Input.Looked));
      if (this.#timerAt < NEVER) {
        this.#setTimer();
      }
    }
  }

  #tellOfNavigation(times: number): void {
    this.task(() => {
      forEach(this.#living, (sleeper) => sleeper.wake(Input.Navigated));
      if (times > 1) {
        this.#tellOfNavigation(times - 1);
      }
    });
  }
}

/** Tells each that is there now, whatever comes of the others. */
function forEach(sleepers: Set<Sleeper>, tell: (sleeper: Sleeper) => void): void {
  for (const sleeper of new Set(sleepers)) {
    attempt(() => tell(sleeper));
  }
}

const shared = /* @__PURE__ */ new WakeUps(realm);

/** Those of this realm; in workerd, of one socket. */
export function wakeUpsOfRealm(): WakeUps {
  return isWorkerd ? new WakeUps(realm) : shared;
}
