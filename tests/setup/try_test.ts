import { assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { runProgram } from "../support/program.ts";
import { tempFolder } from "../support/temp.ts";

const TRY = fromFileUrl(new URL("../../scripts/release/try", import.meta.url));

/** Stands in for a finished file: what each command exits with. */
const FAKE = (codes: Record<string, number>, record = "") =>
  `#!/bin/sh
case $1 in
  --version) echo 'echolog 1.2.3 (commit x)' ;;
  --help) echo record ;;
  record)
    [ "$2" != --channels ] || {
      echo "echolog: Cannot use none for channels" >&2
      exit ${codes.wrong ?? 2}
    }
    for each; do
      [ "$before" != --output-dir ] || folder=$each/tried
      before=$each
    done
    mkdir -p "$folder"
    ${record}
    exit ${codes.record ?? 0}
    ;;
  verify) exit ${codes.verify ?? 0} ;;
  *) exit 2 ;;
esac
`;

const WHOLE =
  `printf 'x chunk_created a\\nx chunk_created b\\nx chunk_created c\\nx session_stop reason=duration_reached a\\n' >"$folder/session.log"`;

async function tryFile(program: string, version = "1.2.3", path?: string) {
  using folder = tempFolder();
  const file = join(folder.path, "echolog");
  Deno.writeTextFileSync(file, program, { mode: 0o755 });
  Deno.writeTextFileSync(join(folder.path, "ffmpeg"), "", { mode: 0o755 });
  return await runProgram("sh", [TRY, file, version], {
    env: { PATH: path ?? `${folder.path}:/usr/bin:/bin` },
  });
}

Deno.test("scripts/release/try: accepts a working file and prints what it checked", async () => {
  assertEquals(await tryFile(FAKE({}, WHOLE)), {
    code: 0,
    stdout: "ok: version, help, wrong arguments\n" +
      "ok: a recording of three chunks, verified\n",
    stderr: "",
  });
});

for (
  const [what, program, version, expected] of [
    [
      "another version",
      FAKE({}, WHOLE),
      "1.2",
      /--version does not say 1\.2\n/,
    ],
    [
      "a wrong exit code",
      FAKE({ wrong: 1 }, WHOLE),
      "1.2.3",
      /none exited 1, expected 2/,
    ],
    [
      "a recording that fails",
      FAKE({ record: 1 }, WHOLE),
      "1.2.3",
      /exited 1, expected 0/,
    ],
    [
      "a mismatch",
      FAKE({ verify: 1 }, WHOLE),
      "1.2.3",
      /verify .* exited 1, expected 0/,
    ],
    [
      "a log that breaks off",
      FAKE({}, `echo 'x chunk_created a' >"$folder/session.log"`),
      "1.2.3",
      /does not end with session_stop/,
    ],
    [
      "a file that does not run",
      "\x7fELF nonsense",
      "1.2.3",
      /--version exited/,
    ],
  ] as const
) {
  Deno.test(`scripts/release/try: rejects a release with ${what} and reports why`, async () => {
    const { code, stderr } = await tryFile(program, version);
    assertEquals(code, 1);
    assertMatch(stderr, expected);
  });
}
