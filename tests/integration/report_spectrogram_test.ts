import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { echolog } from "../support/echolog.ts";
import { tempFolder } from "../support/temp.ts";

Deno.test("report --spectrogram: shows frequencies over time, in the page itself", async () => {
  using home = tempFolder();
  const options = { home: home.path };
  const recorded = await echolog([
    ...["record", "--device", "test", "--duration", "3s"],
    ...["--segment-duration", "1s", "--session-id", "x"],
  ], options);
  assertEquals(recorded.code, 0);
  const path = join(home.path, "x.html");
  const { code, stdout, stderr } = await echolog([
    ...["report", "x", "--spectrogram", "-o", path, "--json"],
  ], options);
  assertEquals([code, stderr], [0, ""]);
  const { spectrogram, size } = JSON.parse(stdout);
  assertEquals(spectrogram, true);
  const page = Deno.readTextFileSync(path);
  assertEquals(size, Deno.statSync(path).size);
  assertStringIncludes(page, "data:image/");
  assertStringIncludes(page, "Hz");
  assert(!/(?:src|href)="https?:/.test(page));
});

Deno.test("report --open: opens the page with the system's opener, and says when that fails", async () => {
  using home = tempFolder();
  const recorded = await echolog([
    ...["record", "--device", "test", "--duration", "1s"],
  ], { home: home.path });
  assertEquals(recorded.code, 0);
  const opener = join(home.path, "xdg-open");
  const opened = join(home.path, "opened");
  Deno.writeTextFileSync(opener, `#!/bin/sh\necho "$1" >${opened}\n`, {
    mode: 0o755,
  });
  const path = join(home.path, "a b.html");
  const env = { PATH: `${home.path}:${Deno.env.get("PATH")}` };
  const shown = await echolog(["report", "--open", "-o", path], {
    home: home.path,
    env,
  });
  assertEquals([shown.code, shown.stderr], [0, ""]);
  assertEquals(
    Deno.readTextFileSync(opened),
    `file://${path.replace(" ", "%20")}\n`,
  );
  Deno.writeTextFileSync(opener, "#!/bin/sh\nexit 4\n");
  const failed = await echolog(["report", "--open", "--force", "-o", path], {
    home: home.path,
    env,
  });
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stderr, "xdg-open ended with exit code 4");
  assertStringIncludes(failed.stderr, `open ${path} in a browser`);
});
