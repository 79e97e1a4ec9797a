/**
 * Starts programs, and explains why one cannot be started.
 *
 * @module
 */

import { EchologError, messageOf } from "../../errors.ts";

/** Why a program cannot be started, and what to do about it. */
interface SpawnFault {
  /** The reason, as a phrase. */
  readonly reason: string;
  /** What to do, or `null` when the program itself is at fault. */
  readonly advice: string | null;
}

/** A program that cannot be started. Its hint is `null` when the program itself is at fault. */
export class SpawnError extends EchologError {
  /** The reason, as a phrase. */
  readonly reason: string;

  /** Explains what `Deno.Command` threw. */
  constructor(program: string, cause: unknown) {
    const { reason, advice } = spawnFault(program, cause);
    super("failed", `Cannot start ${program}: ${reason}`, {
      cause,
      ...(advice === null ? {} : { hint: advice }),
    });
    this.name = "SpawnError";
    this.reason = reason;
  }
}

/**
 * Starts a program.
 *
 * @throws {SpawnError} when it cannot be started.
 */
export function startProgram(
  program: string,
  options: Deno.CommandOptions,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, options).spawn();
  } catch (error) {
    throw new SpawnError(program, error);
  }
}

/** Returns why a program could not be run, as a phrase without its name. */
export function whyNotRun(error: unknown): string {
  return error instanceof SpawnError ? error.reason : messageOf(error);
}

/** Returns what to do about a program that could not be started; `null` when it is at fault itself. */
export function adviceOf(error: unknown): string | null {
  return error instanceof SpawnError ? error.hint : null;
}

/** Faults by the name of their errno. */
const FAULTS: Readonly<Record<string, SpawnFault>> = {
  EMFILE: {
    reason: "too many files are open",
    advice:
      "raise the limit of open files (ulimit -n, or LimitNOFILE= in a service)",
  },
  ENFILE: {
    reason: "the system has too many open files",
    advice: "end other programs, or raise the limit (sysctl fs.file-max)",
  },
  EAGAIN: {
    reason: "no more processes can be started",
    advice:
      "end other programs of this user, or raise the limit (ulimit -u, or TasksMax= in a service)",
  },
  ENOMEM: {
    reason: "there is not enough memory",
    advice: "end other programs, or raise the limit (MemoryMax= in a service)",
  },
  E2BIG: {
    reason: "its arguments or the environment are too long",
    advice:
      "shorten ffmpeg.input_args, ffmpeg.output_args or the variables of the environment",
  },
  EACCES: {
    reason: "permission denied",
    advice:
      "make it executable for this user, and check that its disk is not mounted noexec",
  },
  EPERM: {
    reason: "the system does not allow it",
    advice:
      "check the rules of SELinux, AppArmor or the service that runs this",
  },
  ETXTBSY: {
    reason: "it is being written",
    advice: "wait until it is installed",
  },
  ENOEXEC: {
    reason: "it is not a program for this system",
    advice: null,
  },
};

/** Numbers of the errors that Deno gives no name, on all systems. */
const NUMBERS: Readonly<Record<string, string>> = { 8: "ENOEXEC" };

/** Returns what an error of `Deno.Command` means for a program. */
export function spawnFault(program: string, error: unknown): SpawnFault {
  const text = messageOf(error).replace(/^Failed to spawn '.*?': /s, "");
  const name = error instanceof Error && "code" in error
    ? String(error.code)
    : "";
  const number = /\(os error (\d+)\)/.exec(text)?.[1] ?? "";
  const own = FAULTS[name] ?? FAULTS[NUMBERS[number] ?? ""];
  if (own !== undefined) return own;
  if (!(error instanceof Deno.errors.NotFound)) {
    return { reason: text, advice: null };
  }
  const reason = /[/\\]/.test(program)
    ? "the file, or the interpreter or loader that it names, is missing"
    : "it is not installed";
  return { reason, advice: null };
}
