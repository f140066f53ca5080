// A program that ends when this process ends, for whatever reason, and with it all that it has started.

import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * A shell that leads a process group, runs the program in it, and ends the group as soon as its input does: when this
 * process closes it or is no more.
 */
const UNTIL_INPUT_ENDS = '"$@" & exec 3>&-; read -r _; trap "" TERM; kill -- -$$';

/** Starts the program. Whatever it writes to descriptor 3 is in `output`. */
export class Child {
  #shell;
  #ended;
  output;

  constructor(program, args, env = process.env) {
    this.#shell = spawn("/bin/sh", ["-c", UNTIL_INPUT_ENDS, "sh", program, ...args], {
      stdio: ["pipe", "ignore", "ignore", "pipe"],
      detached: true,
      env,
    });
    this.#ended = once(this.#shell, "exit");
    this.output = this.#shell.stdio[3];
  }

  async end() {
    this.#shell.stdin.end();
    await this.#ended;
  }
}
