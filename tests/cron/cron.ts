/**
 * A user of their own with a crontab, and the cron that runs it.
 *
 * @module
 */

import { basename, join } from "@std/path";
import { type TempFolder, tempFolder } from "../support/temp.ts";
import { waitFor } from "../support/wait.ts";
import { BINARY, findProgram } from "../binary/support.ts";

/** Where cron looks for the program that delivers mail. */
const SENDMAIL = "/usr/sbin/sendmail";
/** Where cron keeps its number, so that there is one cron only. */
const PID_FILE = "/run/crond.pid";

/** Puts each mail into a file, whole or not at all. */
const STAND_IN = `#!/bin/sh
mail=$(mktemp "$MAIL/.XXXXXX") && cat >"$mail" && mv "$mail" "$mail.mail"
`;

/** A user whose crontab is run by a real cron; disposing of it removes both. */
export class CronUser implements AsyncDisposable {
  readonly #folder: TempFolder;
  readonly #name = `echolog-${Deno.pid}`;
  readonly #mail: string;
  #daemon: Deno.ChildProcess | null = null;

  private constructor() {
    this.#folder = tempFolder();
    this.#mail = join(this.#folder.path, "mail");
  }

  /** Makes a user and starts cron if needed; `null`, with the reason printed, if that is not possible. */
  static async make(): Promise<CronUser | null> {
    const reason = whyNot();
    if (reason !== null) {
      console.log(`skipped: ${reason}`);
      return null;
    }
    const cron = new CronUser();
    try {
      await cron.#prepare();
      return cron;
    } catch (error) {
      await cron[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The user's home folder. */
  get home(): string {
    return join(this.#folder.path, "home");
  }

  /** The user's copy of the built file. */
  get program(): string {
    return join(this.#folder.path, basename(BINARY));
  }

  /** The user's number. */
  get uid(): number {
    return Deno.statSync(this.home).uid ?? 0;
  }

  /** Installs the user's crontab. */
  async install(lines: readonly string[]): Promise<void> {
    const file = join(this.#folder.path, "crontab");
    Deno.writeTextFileSync(file, lines.map((line) => `${line}\n`).join(""));
    await run("crontab", "-u", this.#name, file);
  }

  /** Removes it; what it started keeps running. */
  async removeCrontab(): Promise<void> {
    await run("crontab", "-u", this.#name, "-r");
  }

  /** Waits until nothing that cron started is there any more, mails included. */
  async waitForJobs(): Promise<void> {
    const daemon = daemonPid();
    await waitFor("the end of cron's jobs", async () => {
      const jobs = await output("ps", "--ppid", String(daemon), "-o", "pid=");
      return jobs === "" ? true : null;
    });
  }

  /** The mails that came, without their headers. */
  mails(): string[] {
    return [...Deno.readDirSync(this.#mail)].flatMap(({ name }) => {
      if (!name.endsWith(".mail")) return [];
      const text = Deno.readTextFileSync(join(this.#mail, name));
      return text.slice(text.indexOf("\n\n") + 2);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What is missing was never made, or is gone already.
    await output("crontab", "-u", this.#name, "-r");
    if (this.#daemon !== null) {
      this.#daemon.kill("SIGTERM");
      await this.#daemon.status;
      Deno.removeSync(PID_FILE);
    }
    const left = await output("ps", "-u", this.#name, "-o", "pid=");
    for (const pid of left.split("\n")) {
      if (pid !== "") await output("kill", "-KILL", pid.trim());
    }
    await output("userdel", "--force", this.#name);
    if (standsIn(this.#folder.path)) Deno.removeSync(SENDMAIL);
    this.#folder[Symbol.dispose]();
  }

  async #prepare(): Promise<void> {
    const { path } = this.#folder;
    Deno.chmodSync(path, 0o755);
    await run(
      ...["useradd", "--home-dir", this.home, "--no-create-home"],
      ...["--shell", "/bin/sh", this.#name],
    );
    const uid = Number(await output("id", "-u", this.#name));
    for (const folder of [this.home, this.#mail]) {
      Deno.mkdirSync(folder, { mode: 0o700 });
      Deno.chownSync(folder, uid, null);
    }
    Deno.copyFileSync(BINARY, this.program);
    Deno.chmodSync(this.program, 0o755);
    const standIn = join(path, "sendmail");
    Deno.writeTextFileSync(standIn, STAND_IN.replaceAll("$MAIL", this.#mail));
    Deno.chmodSync(standIn, 0o755);
    Deno.symlinkSync(standIn, SENDMAIL);
    await this.#startDaemon();
  }

  /** Starts a cron, unless there is one. */
  async #startDaemon(): Promise<void> {
    const daemon = new Deno.Command(findProgram("cron") ?? "cron", {
      args: ["-f"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let hasEnded = false;
    void daemon.status.then(() => hasEnded = true);
    const isOurs = await waitFor("cron", () => {
      if (hasEnded) return false; // since there is one
      return daemonPid() === daemon.pid ? true : null;
    });
    if (isOurs) this.#daemon = daemon;
  }
}

/** Why a user and a cron cannot be had here. */
function whyNot(): string | null {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return "making a user for cron needs root on Linux";
  }
  const missing = ["cron", "crontab", "useradd", "userdel", "ps"]
    .find((name) => findProgram(name) === null);
  if (missing !== undefined) return `there is no ${missing}`;
  try {
    Deno.lstatSync(SENDMAIL);
    return `mail is delivered here: ${SENDMAIL} exists`;
  } catch {
    return null;
  }
}

/** Whether cron's mail goes to a folder of ours. */
function standsIn(folder: string): boolean {
  try {
    return Deno.readLinkSync(SENDMAIL) === join(folder, "sendmail");
  } catch {
    return false;
  }
}

function daemonPid(): number | null {
  try {
    return Number(Deno.readTextFileSync(PID_FILE));
  } catch {
    return null;
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args })
    .output();
  if (success) return;
  throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
}

async function output(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout).trimEnd();
}
