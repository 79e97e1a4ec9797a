/**
 * What strace wrote, as calls of the programs that made them.
 *
 * It is read for what a program may have changed or reached: a call that is
 * not known to be harmless counts.
 *
 * @module
 */

/** What strace has to be asked for; longer texts would be cut off. */
export const STRACE_OPTIONS: readonly string[] = [
  ...["-f", "-s", "4096", "-e", "trace=%file,%process,%network"],
];

/** A call of the kernel. */
export interface SystemCall {
  /** The process or thread that made it. */
  readonly pid: number;
  /** The program that ran in it at that time, by its path. */
  readonly program: string;
  /** Its name. */
  readonly name: string;
  /** Its arguments as strace shows them, texts in quotes. */
  readonly args: string;
  /** What it gave, such as `0` or `-1 ENOENT (No such file or directory)`. */
  readonly result: string;
}

/** Calls that take a path and change nothing. */
const READING = new Set([
  ...["access", "faccessat", "faccessat2", "stat", "lstat", "newfstatat"],
  ...["fstatat64", "stat64", "lstat64", "statx", "readlink", "readlinkat"],
  ...["statfs", "statfs64", "getcwd", "chdir", "execve", "execveat"],
  ...["inotify_add_watch", "getxattr", "lgetxattr", "listxattr"],
]);

/** Calls that are about processes. */
const OF_PROCESSES = new Set([
  ...["clone", "clone3", "fork", "vfork", "exit", "exit_group", "wait4"],
  ...["waitid", "waitpid", "kill", "tkill", "tgkill", "pidfd_open"],
  ...["pidfd_send_signal", "rt_sigqueueinfo", "rt_tgsigqueueinfo"],
]);

/** Calls that work on a socket that is there, regardless of its maker. */
const ON_SOCKETS = new Set([
  ...["sendto", "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg"],
  ...["shutdown", "getsockname", "getpeername", "setsockopt", "getsockopt"],
]);

/** Calls that make a way to others; a pair of sockets leads nowhere else. */
const REACHING = new Set([
  ...["socket", "connect", "bind", "listen", "accept", "accept4"],
]);

/** The calls of a trace in the order in which they began. */
export function readTrace(text: string): SystemCall[] {
  const calls = joinLines(text);
  const parents = new Map<number, number>();
  for (const { pid, name, result } of calls) {
    const child = Number(result.split(" ", 1)[0]);
    if (/^(clone3?|v?fork)$/.test(name) && child > 0) parents.set(child, pid);
  }
  const programs = new Map<number, string>();
  const programOf = (pid: number): string => {
    const parent = parents.get(pid);
    return programs.get(pid) ??
      (parent === undefined ? "(unknown)" : programOf(parent));
  };
  return calls.map((call) => {
    // The call that starts a program is still one of the program before it.
    const program = programOf(call.pid);
    const [path] = textsOf(call);
    if (
      call.name === "execve" && path !== undefined &&
      (call.result === "0" || program === "(unknown)")
    ) programs.set(call.pid, path);
    return { ...call, program };
  });
}

/** The calls by which something could have been changed in the file system. */
export function changesOf(calls: readonly SystemCall[]): SystemCall[] {
  return calls.filter((call) => {
    const { name, args } = call;
    if (READING.has(name) || OF_PROCESSES.has(name)) return false;
    if (ON_SOCKETS.has(name) || REACHING.has(name)) return false;
    if (name === "socketpair") return false;
    if (/^open(at2?)?$/.test(name)) {
      const flags = args.replaceAll(TEXT, "");
      return /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)/.test(flags);
    }
    return true;
  });
}

/** The calls by which something outside the process could have been reached. */
export function reachesOf(calls: readonly SystemCall[]): SystemCall[] {
  return calls.filter(({ name }) => REACHING.has(name));
}

const TEXT = /"((?:[^"\\]|\\.)*)"/g;

/** The texts among a call's arguments: paths, mostly. */
export function textsOf({ args }: Pick<SystemCall, "args">): string[] {
  return [...args.matchAll(TEXT)].map(([, text = ""]) => text);
}

/** The lines as whole calls: one that another thread broke into is two lines. */
function joinLines(text: string): Omit<SystemCall, "program">[] {
  const calls: { pid: number; name: string; args: string; result: string }[] =
    [];
  const open = new Map<number, (typeof calls)[number]>();
  const finish = (call: (typeof calls)[number], rest: string) => {
    const [, args, result] = /^(.*)\)\s+= (.*)$/.exec(rest) ??
      unreadable(rest);
    call.args += args ?? "";
    call.result = result ?? "";
  };
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, number, said = ""] = /^(\d+) +(.*)$/.exec(line) ??
      unreadable(line);
    const pid = Number(number);
    if (/^(---|\+\+\+) /.test(said)) continue; // a signal, an end
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(said);
    if (resumed !== null) {
      finish(open.get(pid) ?? unreadable(line), resumed[1] ?? "");
      open.delete(pid);
      continue;
    }
    const [, name = "", rest = ""] = /^(\w+)\((.*)$/.exec(said) ??
      unreadable(line);
    const call = { pid, name, args: "", result: "?" };
    calls.push(call);
    const startedAt = /^(.*?) <unfinished \.\.\.>(?:\)\s+= \?)?$/.exec(rest);
    if (startedAt === null) finish(call, rest);
    else {
      call.args = startedAt[1] ?? "";
      open.set(pid, call);
    }
  }
  return calls;
}

function unreadable(line: string): never {
  throw new Error(`Cannot read what strace wrote: ${line}`);
}
