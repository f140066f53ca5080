// The close lab: the form that starts a run, and what shows it.

import { BEHAVIOURS, type Behaviour } from "./behaviours.js";
import { Log } from "./log.js";
import type { Recorder } from "./recorder.js";
import { Report } from "./report.js";
import { type CloseArguments, pause, Run, type Thrown } from "./run.js";
import { watch } from "./server-log.js";
import { clock, gracefulNote, nativeNote } from "./status.js";
import { drawAxis, Lane, scaleFor } from "./timeline.js";

/** How long both are open in the story, in milliseconds: long enough to be seen. */
const OPEN_FOR = 800;
/** How long the story waits for both to open, in milliseconds. */
const LONGEST_OPENING = 1500;
/** Between two pictures where the user wants less motion, in milliseconds. */
const REDUCED_INTERVAL = 1000;

const form = find("form", HTMLFormElement);
const behaviourField = find("#behaviour", HTMLSelectElement);
const codeField = find("#code", HTMLInputElement);
const reasonField = find("#reason", HTMLInputElement);
const timeoutField = find("#timeout", HTMLInputElement);
const queueField = find("#queue", HTMLInputElement);
const openButton = find("#open", HTMLButtonElement);
const closeButton = find("#close", HTMLButtonElement);
const terminateButton = find("#terminate", HTMLButtonElement);
const errors = find("#errors", HTMLElement);
const axis = find("#axis", HTMLElement);
const report = new Report(find("#report", HTMLTableElement));
const views = { native: laneOf("native"), graceful: laneOf("graceful") };
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

let run: Run | null = null;
let cancelFrame = () => {};

/** The whole story: opens both, then closes both. */
async function tell(): Promise<void> {
  const mine = open();
  if (mine === null) {
    return;
  }
  await Promise.race([mine.opened(), pause(LONGEST_OPENING, mine.signal)]);
  await pause(OPEN_FOR, mine.signal);
  if (mine === run && mine.native.closeCalledAt === null) {
    closeBoth();
  }
}

/** Opens both, after ending what was there before. */
function open(): Run | null {
  clear();
  try {
    run = new Run(behaviour(), closeArguments().closeTimeout, requestFrame);
  } catch (error) {
    show([{ by: "GracefulWebSocket", error: error as Error }], "Nothing was opened.");
    return null;
  }
  for (const name of ["native", "graceful"] as const) {
    const { tags, signal, [name]: recorder } = run;
    const isClosed = () => recorder.state === "CLOSED";
    void watch(tags[name], signal, isClosed, (seen) => report.drawSeen(name, seen));
  }
  requestFrame();
  const behavior = reducedMotion.matches ? "instant" : "smooth";
  find("#lanes", HTMLElement).scrollIntoView({ block: "nearest", behavior });
  return run;
}

function closeBoth(): void {
  if (run && !run.isFinished) {
    const thrown = run.close(closeArguments());
    const isAnyClosing = run.native.closeCalledAt !== null || run.graceful.closeCalledAt !== null;
    show(thrown, isAnyClosing ? "" : "Nothing was closed.");
    requestFrame();
  }
}

/** Ends the run, and shows nothing. */
function clear(): void {
  run?.abandon();
  run = null;
  cancelFrame();
  show([], "");
  for (const name of ["native", "graceful"] as const) {
    report.drawSeen(name, null);
    views[name].log.clear();
  }
  draw();
}

function closeArguments(): CloseArguments {
  const code = codeField.value.trim();
  const closeTimeout = timeoutField.value.trim();
  return {
    code: code === "" ? undefined : Number(code),
    reason: reasonField.value,
    closeTimeout: closeTimeout === "" ? undefined : Number(closeTimeout),
    isDataQueued: behaviour().waitsFor === "reading" && queueField.checked,
  };
}

/** Draws now or with the next frame, and goes on until both are closed. */
function requestFrame(): void {
  cancelFrame();
  const frame = requestAnimationFrame(draw);
  cancelFrame = () => cancelAnimationFrame(frame);
}

function draw(): void {
  run?.native.sample();
  run?.graceful.sample();
  cancelFrame();
  const isRunning = run !== null && !run.isFinished;
  const deadline = run?.deadline ?? null;
  const now = run?.now ?? 0;
  const scale = scaleFor(isRunning ? now : lastChange(), deadline);
  // What is CLOSED stays so: once the clock stands still, that lasts to the end of the axis.
  const drawn = isRunning ? scale : { ...scale, now: scale.span };
  drawAxis(axis, scale);
  drawLane("native", run?.native ?? null, run ? nativeNote(run) : "");
  drawLane("graceful", run?.graceful ?? null, run ? gracefulNote(run) : "");
  views.native.lane.draw(run?.native ?? null, drawn, null);
  views.graceful.lane.draw(run?.graceful ?? null, drawn, deadline);
  report.draw(run);
  closeButton.disabled = !isRunning;
  terminateButton.disabled = run === null || run.graceful.state === "CLOSED";
  if (isRunning) {
    goOn();
  }
}

function goOn(): void {
  if (reducedMotion.matches) {
    const timer = setTimeout(draw, REDUCED_INTERVAL);
    cancelFrame = () => clearTimeout(timer);
  } else {
    requestFrame();
  }
}

function drawLane(name: "native" | "graceful", recorder: Recorder | null, note: string): void {
  const { state, clock: time, outcome, note: noteLine, log } = views[name];
  write(state, recorder?.state ?? "not opened");
  state.dataset.state = recorder?.state ?? "";
  write(time, recorder ? clock(recorder, run?.now ?? 0) : "");
  write(noteLine, note);
  write(outcome, name === "graceful" ? (run?.graceful.socket.closeReport?.outcome ?? "") : "");
  if (recorder) {
    log.draw(recorder);
  }
}

/** Shows exceptions in their own words, and marks the fields that they are about. */
function show(thrown: readonly Thrown[], consequence: string): void {
  const fields: Record<string, HTMLInputElement> = {
    InvalidAccessError: codeField,
    SyntaxError: reasonField,
    RangeError: timeoutField,
    TypeError: timeoutField,
  };
  const wrong = new Set(thrown.map(({ error }) => fields[error.name]));
  for (const field of [codeField, reasonField, timeoutField]) {
    field.ariaInvalid = wrong.has(field) ? "true" : null;
  }
  const lines = thrown.map(({ by, error }) => {
    const line = document.createElement("p");
    const who = document.createElement("code");
    who.textContent = by;
    const name = document.createElement("strong");
    name.textContent = error.name;
    line.append(who, " throws ", name, `: ${error.message}`);
    return line;
  });
  if (thrown.length > 0 && consequence !== "") {
    const line = document.createElement("p");
    line.textContent = consequence;
    lines.push(line);
  }
  errors.replaceChildren(...lines);
}

function behaviour(): Behaviour {
  const all = Object.values(BEHAVIOURS).flat();
  return all.find(({ path }) => path === behaviourField.value) ?? (all[0] as Behaviour);
}

/** Writes what the chosen peer does, and offers what makes sense with it. */
function describe(): void {
  const { does, path, waitsFor } = behaviour();
  write(find("#does", HTMLElement), does);
  write(find("#path", HTMLElement), path);
  find("#queueing", HTMLElement).hidden = waitsFor !== "reading";
}

function lastChange(): number {
  return Math.max(0, ...[run?.native, run?.graceful].map((recorder) => recorder?.entries.at(-1)?.at ?? 0));
}

function laneOf(name: string) {
  const part = (className: string) => find(`#${name} .${className}`, HTMLElement);
  return {
    state: part("state"),
    clock: part("clock"),
    outcome: part("outcome"),
    note: part("note"),
    lane: new Lane(part("chart")),
    log: new Log(find(`#${name}-log`, HTMLOListElement)),
  };
}

function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) {
    target.textContent = text;
  }
}

function find<Kind extends HTMLElement>(selector: string, kind: new () => Kind): Kind {
  const found = document.querySelector(selector);
  if (!(found instanceof kind)) {
    throw new Error(`the page has no ${selector}`);
  }
  return found;
}

for (const [group, behaviours] of Object.entries(BEHAVIOURS)) {
  const options = document.createElement("optgroup");
  options.label = group;
  options.append(...behaviours.map(({ label, path }) => new Option(label, path)));
  behaviourField.append(options);
}
behaviourField.addEventListener("change", describe);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void tell();
});
openButton.addEventListener("click", open);
closeButton.addEventListener("click", closeBoth);
terminateButton.addEventListener("click", () => run?.terminate());
// Also when the page may come back from the back-forward cache: it then shows an empty lab.
addEventListener("pagehide", clear);
new ResizeObserver(draw).observe(axis);
describe();
