import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const ROOT = new URL("../../../", import.meta.url);
/** Each of them is of use to a recording only. */
const RECORDING = [
  "src/recorder/session.ts",
  "src/recorder/run/run.ts",
  "src/ffmpeg/process.ts",
  "src/log/write/handler.ts",
];

interface Dependency {
  readonly code?: { readonly specifier: string };
  readonly isDynamic?: boolean;
}

interface Graph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly Dependency[];
  }[];
}

/** The modules of this project that are loaded with one, paths below the root. */
async function loadedWith(path: string): Promise<string[]> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["info", "--json", "--no-lock"],
      `--config=${fromFileUrl(new URL("deno.json", ROOT))}`,
      fromFileUrl(new URL(path, ROOT)),
    ],
  }).output();
  assert(success);
  const graph: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const found = new Set([new URL(path, ROOT).href]);
  for (const one of found) {
    const module = graph.modules.find(({ specifier }) => specifier === one);
    for (const { code, isDynamic } of module?.dependencies ?? []) {
      if (code !== undefined && isDynamic !== true) found.add(code.specifier);
    }
  }
  return [...found].filter((one) => one.startsWith(ROOT.href))
    .map((one) => one.slice(ROOT.href.length));
}

Deno.test("echolog: loads no recording modules for --version, --help and status", async () => {
  for (const path of ["main.ts", "src/cli/commands/status/status.ts"]) {
    const loaded = await loadedWith(path);
    assert(loaded.includes(path));
    assertEquals(loaded.filter((one) => RECORDING.includes(one)), []);
  }
});

Deno.test("record: loads the recording modules", async () => {
  const loaded = await loadedWith("src/cli/commands/record/record.ts");
  assertEquals(RECORDING.filter((one) => !loaded.includes(one)), []);
});
