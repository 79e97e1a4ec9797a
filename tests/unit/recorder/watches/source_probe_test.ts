import { assertEquals } from "@std/assert";
import {
  ListProbe,
  PactlProbe,
} from "../../../../src/recorder/watches/source_probe.ts";

const output = (source: number) => [
  "Source Output #1",
  `\tSource: ${source}`,
  '\t\techolog.session = "t"',
];

Deno.test("PactlProbe: lists the sources only when the number changes", async () => {
  const asked: string[] = [];
  let source = 0;
  const probe = new PactlProbe((_program, args) => {
    asked.push(args.join(" "));
    return Promise.resolve(
      args.includes("sources") ? ["0\tmic\tx", "1\tother\tx"] : output(source),
    );
  }, "t");
  const names = ["mic", "other"];
  assertEquals(await probe.look(1), { source: "mic", names });
  assertEquals(await probe.look(1), { source: "mic", names });
  source = 1;
  assertEquals(await probe.look(1), { source: "other", names });
  const [outputs, sources] = ["list source-outputs", "list short sources"];
  assertEquals(asked, [outputs, sources, outputs, outputs, sources]);
});

Deno.test("PactlProbe: returns null for what is unknown", async () => {
  const none = new PactlProbe(() => Promise.resolve(null), "t");
  assertEquals(await none.look(1), null);
  const silent = new PactlProbe(() => Promise.resolve([]), "t");
  assertEquals(await silent.look(1), null);
  const removed = new PactlProbe(
    (_program, args) =>
      Promise.resolve(args.includes("sources") ? ["1\tx"] : output(0)),
    "t",
  );
  assertEquals(await removed.look(1), null);
});

Deno.test("ListProbe: reports a source that was listed and is no longer", async () => {
  let names = ["mic", "other"];
  const probe = new ListProbe(
    () =>
      Promise.resolve([
        "Auto-detected sources for pulse:",
        ...names.map((name) => `  ${name} [d] (none)`),
      ]),
    "ffmpeg",
    "mic",
  );
  assertEquals(await probe.look(), { source: "mic", names });
  names = ["other"];
  assertEquals(await probe.look(), { source: "another source", names });
});

Deno.test("ListProbe: returns null for a name that was never listed, and without a list", async () => {
  const listed = ["Auto-detected sources for pulse:", "* mic [d] (none)"];
  const by = (lines: string[] | null) =>
    new ListProbe(() => Promise.resolve(lines), "ffmpeg", "3");
  assertEquals(await by(listed).look(), null);
  assertEquals(await by(null).look(), null);
  assertEquals(await by(["Cannot list sources: x"]).look(), null);
});
