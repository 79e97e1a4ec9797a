import { assert, assertEquals } from "@std/assert";
import { secretsOfArguments } from "../../src/log/secret_arguments.ts";

Deno.test("the value of an option with a secret name is a secret", () => {
  assert(secretsOfArguments(["-password", "hush"]).includes("hush"));
  assert(secretsOfArguments(["-decryption_key", "00ff"]).includes("00ff"));
});

Deno.test("what a URL among the arguments holds is a secret", () => {
  const args = ["-http_proxy", "http://bob:hush-hush@proxy"];
  assert(secretsOfArguments(args).includes("hush-hush"));
});

Deno.test("other arguments hold none", () => {
  assertEquals(secretsOfArguments(["-thread_queue_size", "64"]), []);
});
