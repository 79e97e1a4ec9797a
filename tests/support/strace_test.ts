import { assertEquals, assertThrows } from "@std/assert";
import { changesOf, reachesOf, readTrace, textsOf } from "./strace.ts";

const TRACE = String.raw`
7 execve("/bin/recorder", ["recorder", "a \"b\" = c)"], 0x7ffd /* 3 vars */) = 0
7 openat(AT_FDCWD, "/etc/O_RDWR", O_RDONLY|O_CLOEXEC) = 3
7 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 8
8 mkdir("/out", 0700)     = -1 EEXIST (File exists)
7 clone3({flags=CLONE_VM|CLONE_VFORK}, 88 <unfinished ...>
9 chdir("/out")           = 0
9 execve("/opt/no/ffmpeg", ["ffmpeg"], 0x55 /* 3 vars */) = -1 ENOENT (No such file or directory)
9 execve("/bin/ffmpeg", ["ffmpeg"], 0x55 /* 3 vars */ <unfinished ...>
7 <... clone3 resumed>)   = 9
9 <... execve resumed>)   = 0
9 clone(child_stack=NULL, flags=CLONE_VM|CLONE_THREAD) = 10
10 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 6
10 connect(6, {sa_family=AF_UNIX, sun_path="/run/pulse/native"}, 110 <unfinished ...>
8 rename("/out/a", "/out/b" <unfinished ...>
10 <... connect resumed>) = 0
8 <... rename resumed>)   = 0
9 openat(AT_FDCWD, "/out/x", O_WRONLY|O_CREAT|O_TRUNC, 0666) = 3
7 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [6, 7]) = 0
7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=9} ---
7 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], 0, NULL) = 9
7 newcall(AT_FDCWD, "/out/y") = 0
8 exit(0 <unfinished ...>) = ?
7 exit_group(0)           = ?
7 +++ exited with 0 +++
`;

Deno.test("changesOf: returns changes, not reads, each with its program", () => {
  const changes = changesOf(readTrace(TRACE)).map((call) => [
    ...[call.program, call.name, ...textsOf(call)],
  ]);
  assertEquals(changes, [
    ["/bin/recorder", "mkdir", "/out"],
    ["/bin/recorder", "rename", "/out/a", "/out/b"],
    ["/bin/ffmpeg", "openat", "/out/x"],
    ["/bin/recorder", "newcall", "/out/y"], // who knows what that does
  ]);
});

Deno.test("reachesOf: attributes connections to threads and started programs", () => {
  const reaches = reachesOf(readTrace(TRACE)).map((call) => [
    ...[call.program, call.name, ...textsOf(call)],
  ]);
  assertEquals(reaches, [
    ["/bin/ffmpeg", "socket"],
    ["/bin/ffmpeg", "connect", "/run/pulse/native"],
  ]);
});

Deno.test("a call that another one broke into is one call", () => {
  const rename = readTrace(TRACE).find(({ name }) => name === "rename");
  assertEquals(rename, {
    pid: 8,
    program: "/bin/recorder",
    name: "rename",
    args: '"/out/a", "/out/b"',
    result: "0",
  });
});

Deno.test("textsOf: returns texts with their quotes resolved", () => {
  const [first] = readTrace(TRACE);
  assertEquals(first && textsOf(first), [
    ...["/bin/recorder", "recorder", String.raw`a \"b\" = c)`],
  ]);
});

Deno.test("a line that cannot be read is no call that is left out", () => {
  assertThrows(
    () => readTrace("7 opena"),
    Error,
    "Cannot read what strace wrote: 7 opena",
  );
});
