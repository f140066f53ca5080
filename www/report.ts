// The table: what each socket told of its end, and what the server saw of it.

import type { CloseReport } from "graceful-websocket";
import { codeAndReason, count, milliseconds } from "./format.js";
import type { Run } from "./run.js";
import type { Seen } from "./server-log.js";

const NOTHING_YET = "nothing yet";
const NOT_TOLD = "not told";

interface Row {
  readonly name: string;
  /** What can be had of a native socket, before and after its event. */
  readonly native: (event: CloseEvent | null, run: Run) => string;
  readonly graceful: (report: CloseReport) => string;
}

const ROWS: readonly Row[] = [
  row("outcome", (report) => report.outcome),
  sharedRow("code", ({ code }) => `${code}`),
  sharedRow("reason", ({ reason }) => JSON.stringify(reason)),
  sharedRow("wasClean", ({ wasClean }) => `${wasClean}`),
  row("elapsed", (report) => milliseconds(report.elapsed)),
  row("phase", (report) => report.phase),
  row("initiator", (report) => report.initiator),
  row("sent", ({ sent }) => (sent === null ? "null" : codeAndReason(sent.code, sent.reason))),
  {
    name: "unsentBytes",
    native: (_event, run) => `${count(run.native.socket.bufferedAmount)} buffered`,
    graceful: ({ unsentBytes }) => count(unsentBytes),
  },
];

const SEEN: readonly { readonly name: string; readonly key: keyof Seen }[] = [
  { name: "Close frame received", key: "received" },
  { name: "Close frame sent", key: "sent" },
  { name: "TCP", key: "tcp" },
];

type Column = "native" | "graceful";

/** The table's cells. */
export class Report {
  readonly #told: HTMLTableSectionElement;
  readonly #seen: HTMLTableSectionElement;

  constructor(table: HTMLTableElement) {
    const [told, seen] = [...table.tBodies];
    if (!told || !seen) {
      throw new Error("the table has no room for the report");
    }
    this.#told = told;
    this.#seen = seen;
    for (const { name } of ROWS) {
      addRow(this.#told, name, "code");
    }
    for (const { name } of SEEN) {
      addRow(this.#seen, name, "span");
    }
  }

  /** Writes what the sockets have told by now. */
  draw(run: Run | null): void {
    const event = run?.native.closeEvent ?? null;
    const report = run?.graceful.socket.closeReport ?? null;
    ROWS.forEach((row, index) => {
      write(this.#told, index, "native", run ? row.native(event, run) : "");
      write(this.#told, index, "graceful", report ? row.graceful(report) : run ? NOTHING_YET : "");
    });
  }

  /** Writes what the server has seen of one of the connections. */
  drawSeen(column: Column, seen: Seen | null): void {
    SEEN.forEach(({ key }, index) => {
      write(this.#seen, index, column, seen?.[key] ?? "");
    });
  }
}

/** A row of which a native socket tells nothing. */
function row(name: keyof CloseReport, graceful: Row["graceful"]): Row {
  return { name, native: () => NOT_TOLD, graceful };
}

/** A row of what both have. */
function sharedRow(
  name: keyof CloseReport,
  text: (told: Pick<CloseEvent, "code" | "reason" | "wasClean">) => string,
): Row {
  return { name, native: (event) => (event ? text(event) : NOTHING_YET), graceful: text };
}

function addRow(section: HTMLTableSectionElement, name: string, tag: "code" | "span"): void {
  const line = section.insertRow();
  const head = document.createElement("th");
  head.scope = "row";
  const label = document.createElement(tag);
  label.textContent = name;
  head.append(label);
  line.append(head);
  for (const column of ["native", "graceful"]) {
    line.insertCell().dataset.column = column;
  }
}

function write(section: HTMLTableSectionElement, index: number, column: Column, text: string): void {
  const cell = section.querySelectorAll<HTMLElement>(`[data-column=${column}]`)[index];
  if (cell && cell.textContent !== (text || "–")) {
    cell.textContent = text || "–";
    cell.classList.toggle("void", ["", NOTHING_YET, NOT_TOLD].includes(text));
  }
}
