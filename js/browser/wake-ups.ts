// The wake-ups of all sockets of a realm: one timer, one port, one set of page listeners, made when the first needs
// them, and kept.

import { isGecko } from "./gecko.js";
import { type Host, type PageEvent, realm, type TaskPort } from "./host.js";
import { attempt } from "./report-error.js";

/** One who can be woken. */
export interface Sleeper {
  /** When, in the host's milliseconds. */
  deadline: number;
  /** The timer has fired, after the deadline or a little before. */
  timerFired(): void;
  /** The page is back, and timers may have stood still. */
  looked(): void;
  /** A navigation has begun. */
  navigated(): void;
}

/** The longest delay of a browser's timer (HTML, "timer initialization steps": a `long`). Then it is set again. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** So many tasks it takes Firefox to bring an event that it has known of before, each queued by the one before it. */
const TASKS_TO_EVENT = 3;

interface Task {
  readonly callback: () => void;
  next: Task | undefined;
}

export class WakeUps {
  readonly host: Host;
  /** Those with a deadline. */
  readonly #waiting = new Set<Sleeper>();
  /** In Gecko, those that a navigation may concern: all that have not settled. */
  readonly #living = new Set<Sleeper>();
  #timer: unknown;
  #timerAt = Number.POSITIVE_INFINITY;
  #port: TaskPort | undefined;
  /** The tasks in the port, as a chain: a page may have replaced what arrays have. */
  #firstTask: Task | undefined;
  #lastTask: Task | undefined;
  #listens = false;

  constructor(host: Host) {
    this.host = host;
  }

  /** Wakes the sleeper at its deadline, and whenever the page comes back before. */
  arm(sleeper: Sleeper, deadline: number): void {
    this.#listen();
    sleeper.deadline = deadline;
    this.#waiting.add(sleeper);
    this.#setTimer(deadline);
  }

  disarm(sleeper: Sleeper): void {
    if (this.#waiting.delete(sleeper) && this.#waiting.size === 0) {
      this.#clearTimer();
    }
  }

  /** Runs the callback in a task of its own, behind those that are queued by now. */
  task(callback: () => void): void {
    this.#port ??= this.host.openPort(() => this.#runTask());
    this.#port.post();
    const task: Task = { callback, next: undefined };
    if (this.#lastTask) {
      this.#lastTask.next = task;
    } else {
      this.#firstTask = task;
    }
    this.#lastTask = task;
  }

  /** Runs the callback when an event that the browser knows of by now has come. */
  afterEvents(callback: () => void, tasks = TASKS_TO_EVENT): void {
    this.task(tasks > 1 ? () => this.afterEvents(callback, tasks - 1) : callback);
  }

  /** A socket has been made, and may be told of a navigation until it {@link ends}. */
  begins(sleeper: Sleeper): void {
    if (isGecko) {
      this.#listen();
      this.#living.add(sleeper);
    }
  }

  ends(sleeper: Sleeper): void {
    this.#living.delete(sleeper);
    this.disarm(sleeper);
  }

  #runTask(): void {
    const task = this.#firstTask;
    this.#firstTask = task?.next;
    if (!this.#firstTask) {
      this.#lastTask = undefined;
      this.#port?.rest();
    }
    task?.callback();
  }

  /** A timer that is set in a chain of timers is held back for up to a minute in a page that has been hidden for long. One that is set in a message's task is not. */
  #setTimer(deadline: number): void {
    if (deadline >= this.#timerAt) {
      return;
    }
    if (this.host.isHidden()) {
      this.task(() => this.#setTimerNow());
    } else {
      this.#setTimerNow();
    }
  }

  /** Sets the timer for the earliest deadline. The one before stands until there is another. */
  #setTimerNow(): void {
    if (this.#waiting.size === 0) {
      return;
    }
    let earliest = Number.POSITIVE_INFINITY;
    for (const { deadline } of this.#waiting) {
      earliest = Math.min(earliest, deadline);
    }
    // Rounded up, so that it does not fire before.
    const delay = Math.min(Math.max(Math.ceil(earliest - this.host.now()), 0), MAX_TIMER_MS);
    const timer = this.host.setTimer(() => this.#timerFired(), delay);
    this.#clearTimer();
    this.#timer = timer;
    this.#timerAt = earliest;
  }

  #clearTimer(): void {
    if (this.#timer !== undefined) {
      this.host.clearTimer(this.#timer);
      this.#timer = undefined;
    }
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #timerFired(): void {
    const due = this.#timerAt;
    this.#timer = undefined;
    this.#timerAt = Number.POSITIVE_INFINITY;
    forEach(this.#waiting, (sleeper) => {
      // One that a longest timer does not reach is told as well, and says when to wake it.
      if (sleeper.deadline <= due) {
        this.#waiting.delete(sleeper);
        sleeper.timerFired();
      }
    });
    if (this.#waiting.size > 0) {
      this.#setTimer(Number.NEGATIVE_INFINITY);
    }
  }

  #listen(): void {
    if (!this.#listens) {
      this.host.listenToPage((event) => this.#heard(event));
      this.#listens = true;
    }
  }

  #heard(event: PageEvent): void {
    if (event === "navigated") {
      // The browser closes its sockets after the event, and a little before it says so.
      this.#tellOfNavigation(TASKS_TO_EVENT);
      return;
    }
    forEach(this.#waiting, (sleeper) => sleeper.looked());
    if (event === "hidden" && this.#waiting.size > 0) {
      this.task(() => this.#setTimerNow());
    }
  }

  #tellOfNavigation(times: number): void {
    if (times > 0) {
      this.task(() => {
        forEach(this.#living, (sleeper) => sleeper.navigated());
        this.#tellOfNavigation(times - 1);
      });
    }
  }
}

/** Tells each that is there now, whatever comes of the others; without what a page may have replaced of arrays. */
function forEach(sleepers: Set<Sleeper>, tell: (sleeper: Sleeper) => void): void {
  const now: Sleeper[] = [];
  for (const sleeper of sleepers) {
    now[now.length] = sleeper;
  }
  for (let index = 0; index < now.length; index += 1) {
    attempt(() => tell(now[index] as Sleeper));
  }
}

/** Those of this realm. */
export const wakeUps = /* @__PURE__ */ new WakeUps(realm);
