import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Option, parseOptions } from "../../../../src/cli/args/options.ts";
import { EchologError } from "../../../../src/errors.ts";

const OPTIONS: readonly Option[] = [
  { name: "device", placeholder: "SPEC", help: "" },
  { name: "duration", placeholder: "DUR", help: "" },
  { name: "event", placeholder: "EVENT", help: "", isList: true },
  { name: "json", help: "" },
  { name: "follow", short: "f", help: "" },
];

function parse(...argv: string[]) {
  return parseOptions(argv, OPTIONS);
}

function refusal(...argv: string[]): string {
  const error = assertThrows(() => parse(...argv), EchologError);
  assertEquals(error.exitCode, 2);
  return `${error.message}; ${error.hint}`;
}

Deno.test("parseOptions: reads a value after a space or an equals sign", () => {
  const { values } = parse("--device", "pulse:a=b", "--duration=10s");
  assertEquals([...values], [["device", "pulse:a=b"], ["duration", "10s"]]);
});

Deno.test("parseOptions: keeps the last value of an option and joins those of a list", () => {
  const { values } = parse(
    ...["--device", "a", "--event", "gap,error", "--device", "b"],
    "--event=session_stop",
  );
  assertEquals([...values], [
    ["device", "b"],
    ["event", "gap,error,session_stop"],
  ]);
  assertEquals([...parse().values], []);
  assertStringIncludes(refusal("--event", "gap", "--event"), "needs a value");
});

Deno.test("parseOptions: accepts switches in long and short form, without a value", () => {
  assertEquals([...parse("--json", "x").switches], ["json"]);
  assertEquals(parse("--json", "x").operands, ["x"]);
  assertEquals([...parse("-f").switches], ["follow"]);
});

Deno.test("parseOptions: treats other words as operands and keeps them as text", () => {
  assertEquals(parse("20250922", "007").operands, ["20250922", "007"]);
  assertEquals(parse("--", "--json").operands, ["--json"]);
});

Deno.test("parseOptions: rejects an option without its value", () => {
  assertEquals(
    refusal("--device"),
    "Option --device needs a value; write --device SPEC",
  );
  assertEquals(
    refusal("--duration", "-5"),
    "Option --duration needs a value; write --duration DUR",
  );
  refusal("--device", "--json");
  refusal("--device=");
});

Deno.test("parseOptions: rejects an unknown option and suggests the nearest known one", () => {
  assertEquals(
    refusal("--durration=3"),
    "Unknown option --durration; did you mean --duration? See echolog --help",
  );
  assertEquals(
    refusal("-x"),
    "Unknown option -x; see echolog --help",
  );
});

Deno.test("parseOptions: keeps the last value when an option is given twice", () => {
  assertEquals(
    parse("--device", "a:b", "--device", "c:d").values.get("device"),
    "c:d",
  );
});

Deno.test("parseOptions: rejects a value on a switch", () => {
  assertEquals(
    refusal("--json=true"),
    "Cannot use --json=true; --json takes no value; write --json, or leave it out",
  );
  refusal("--json=");
  refusal("--json=no");
});

Deno.test("parseOptions: takes true and false after a switch for operands", () => {
  for (const word of ["true", "false"]) {
    const { switches, operands } = parse("--json", word);
    assertEquals([...switches], ["json"]);
    assertEquals(operands, [word]);
  }
});

Deno.test("parseOptions: names the command whose help to see", () => {
  const error = assertThrows(
    () => parseOptions(["--durration"], OPTIONS, "echolog record"),
    EchologError,
  );
  assertStringIncludes(error.hint ?? "", "See echolog record --help");
});
