import { assert, assertEquals } from "@std/assert";
import { secretsOfArguments } from "../../../src/redact/urls.ts";

Deno.test("secretsOfArguments: finds the value of an option with a secret name", () => {
  assert(secretsOfArguments(["-password", "hush"]).includes("hush"));
  assert(secretsOfArguments(["-decryption_key", "00ff"]).includes("00ff"));
});

Deno.test("secretsOfArguments: finds the password of a URL", () => {
  const args = ["-http_proxy", "http://bob:hush-hush@proxy"];
  assert(secretsOfArguments(args).includes("hush-hush"));
});

Deno.test("secretsOfArguments: finds nothing in other arguments", () => {
  assertEquals(secretsOfArguments(["-thread_queue_size", "64"]), []);
});
