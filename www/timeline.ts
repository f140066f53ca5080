// Draws a socket's record as a lane: a segment for each state, a flag for each call and event, the deadline as a line.

import { placeFlags } from "./flags.js";
import { milliseconds } from "./format.js";
import type { Recorder } from "./recorder.js";

/** The time axis that all lanes share. In milliseconds. */
export interface Scale {
  /** How much time is shown. */
  readonly span: number;
  /** From one mark of the axis to the next. */
  readonly tick: number;
  /** How far states that last are drawn. */
  readonly now: number;
}

interface Mark {
  readonly kind: "call" | "event" | "exception" | "deadline";
  readonly at: number;
  readonly text: string;
}

/** The axis grows in steps, so that what has been drawn stands still in between. In seconds. */
const SCALES: readonly [span: number, tick: number][] = [
  [5, 1],
  [8, 1],
  [12, 2],
  [20, 5],
  [30, 5],
  [50, 10],
  [80, 20],
  [120, 20],
  [200, 50],
  [300, 60],
];
/** What stays free at the right end, for labels. */
const MARGIN = 1.1;
/** A deadline further away than this comes into view only when its time has come. */
const FARTHEST_DEADLINE = 15_000;
const ROW_HEIGHT = 22;
const FEWEST_ROWS = 2;

/** The axis that shows everything until `now`, and the deadline, if it is near. */
export function scaleFor(now: number, deadline: number | null): Scale {
  const isNear = deadline !== null && deadline < FARTHEST_DEADLINE;
  const least = Math.max(now, isNear ? deadline : 0) * MARGIN;
  const [span, tick] = SCALES.find(([seconds]) => seconds * 1000 >= least) ?? [least / 1000, 120];
  return { span: span * 1000, tick: tick * 1000, now };
}

/** Writes the axis' numbers. */
export function drawAxis(axis: HTMLElement, { span, tick }: Scale): void {
  if (axis.dataset.span !== `${span}`) {
    axis.dataset.span = `${span}`;
    const ticks = Array.from({ length: Math.floor(span / tick) + 1 }, (_, index) => index * tick);
    axis.replaceChildren(
      ...ticks.map((at) => {
        const label = element("span", "tick", `${at / 1000}${at === 0 ? " s" : ""}`);
        label.style.left = percent(at, span);
        return label;
      }),
    );
  }
}

/** The picture of one socket. */
export class Lane {
  readonly #chart: HTMLElement;
  readonly #track: HTMLElement;
  readonly #flags: HTMLElement;
  /** What the picture was made of; it is made again only when that changes. */
  #drawn = "";

  constructor(chart: HTMLElement) {
    this.#chart = chart;
    this.#track = element("div", "track");
    this.#flags = element("div", "flags");
    this.#chart.replaceChildren(this.#track, this.#flags);
  }

  draw(recorder: Recorder | null, scale: Scale, deadline: number | null): void {
    const width = this.#chart.clientWidth;
    const made = [recorder?.revision, scale.span, width, deadline].join();
    if (made !== this.#drawn) {
      this.#drawn = made;
      this.#chart.style.setProperty("--tick", percent(scale.tick, scale.span));
      this.#drawStates(recorder, scale);
      this.#drawMarks(marks(recorder, deadline), scale, width);
    }
    this.#stretch(recorder, scale);
  }

  #drawStates(recorder: Recorder | null, { span }: Scale): void {
    const states = recorder?.entries.filter(({ kind }) => kind === "state") ?? [];
    const segments = states.map(({ text, at }, index) => {
      const segment = element("div", "segment");
      segment.dataset.state = text;
      segment.style.left = percent(at, span);
      const next = states[index + 1];
      if (next) {
        segment.style.width = percent(next.at - at, span);
      }
      segment.append(element("span", "", text));
      return segment;
    });
    this.#track.replaceChildren(...segments);
  }

  /** The last state lasts: until now, or for ever if it is CLOSED and the clock has stopped. */
  #stretch(recorder: Recorder | null, { now, span }: Scale): void {
    const last = this.#track.lastElementChild as HTMLElement | null;
    if (last && recorder) {
      last.style.width = percent(Math.max(0, Math.min(now, span) - recorder.since), span);
    }
  }

  #drawMarks(marks: readonly Mark[], { span }: Scale, width: number): void {
    const flags = marks.map(({ kind, text }) => {
      const flag = element("div", "flag");
      flag.dataset.kind = kind;
      flag.append(element("span", "", text));
      return flag;
    });
    this.#flags.replaceChildren(...flags);
    const measured = marks.map(({ at }, index) => {
      const label = flags[index]?.firstElementChild as HTMLElement;
      return { x: Math.min(1, at / span) * width, width: Math.ceil(label.getBoundingClientRect().width) };
    });
    const places = placeFlags(measured, width);
    places.forEach(({ row, left }, index) => {
      const flag = flags[index] as HTMLElement;
      const x = measured[index]?.x ?? 0;
      flag.style.left = `${x}px`;
      flag.style.height = `${(row + 1) * ROW_HEIGHT}px`;
      flag.style.setProperty("--label", `${left - x}px`);
    });
    const rows = Math.max(FEWEST_ROWS, ...places.map(({ row }) => row + 1));
    this.#flags.style.height = `${rows * ROW_HEIGHT}px`;
  }
}

/** What gets a flag, in the order of time. */
function marks(recorder: Recorder | null, deadline: number | null): Mark[] {
  const found: Mark[] = [];
  for (const { kind, at, text, count } of recorder?.entries ?? []) {
    if (kind !== "state") {
      found.push({ kind, at, text: count === 1 ? text : `${text} ×${count}` });
    }
  }
  const from = recorder?.closeCalledAt ?? null;
  if (deadline !== null && from !== null && deadline !== Infinity) {
    found.push({ kind: "deadline", at: deadline, text: `deadline (${milliseconds(deadline - from)})` });
  }
  return found.sort((one, other) => one.at - other.at);
}

function percent(part: number, whole: number): string {
  return `${(100 * part) / whole}%`;
}

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}
