import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { type Option, parseOptions } from "../../src/cli/options.ts";
import { EchologError } from "../../src/errors.ts";

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

Deno.test("values are taken after a blank and after an equals sign", () => {
  const { values } = parse("--device", "pulse:a=b", "--duration=10s");
  assertEquals([...values], [["device", "pulse:a=b"], ["duration", "10s"]]);
});

Deno.test("of an option the last value counts, of a list all do", () => {
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

Deno.test("switches have a long and a short form, and take no value", () => {
  assertEquals([...parse("--json", "x").switches], ["json"]);
  assertEquals(parse("--json", "x").operands, ["x"]);
  assertEquals([...parse("-f").switches], ["follow"]);
});

Deno.test("what is no option is an operand, as text even when it looks like a number", () => {
  assertEquals(parse("20250922", "007").operands, ["20250922", "007"]);
  assertEquals(parse("--", "--json").operands, ["--json"]);
});

Deno.test("an option that lacks its value is refused", () => {
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

Deno.test("an unknown option is refused with the nearest known one", () => {
  assertEquals(
    refusal("--durration=3"),
    "Unknown option --durration; did you mean --duration? See --help",
  );
  assertEquals(
    refusal("-x"),
    "Unknown option -x; did you mean --json? See --help",
  );
});

Deno.test("the last of an option that was given twice counts", () => {
  assertEquals(
    parse("--device", "a:b", "--device", "c:d").values.get("device"),
    "c:d",
  );
});
