import { assertEquals } from "@std/assert";
import { subscribeToSources } from "../../../../src/ffmpeg/pulse/subscription.ts";
import { pactl, removeSink } from "../../../support/pulse_client.ts";
import { SoundServer } from "../../../support/sound_server.ts";
import { waitFor } from "../../../support/wait.ts";

/** The environment of this process is that of the server's clients meanwhile. */
function inEnvironment(env: Readonly<Record<string, string>>): Disposable {
  const before = Object.keys(env).map((name) =>
    [name, Deno.env.get(name)] as const
  );
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) {
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      }
    },
  };
}

Deno.test("subscribeToSources: reports a source that goes, and ends with its server", async () => {
  await using server = await SoundServer.start();
  using _env = inEnvironment(server.clientEnv);
  let changes = 0;
  using subscription = subscribeToSources(() => changes++);
  // It reports nothing before it is connected.
  await waitFor("a change", async () => {
    await pactl(
      server.env,
      ...["load-module", "module-null-sink", "sink_name=more"],
    );
    await removeSink(server.env, "more");
    return changes > 0 || null;
  });
  assertEquals(subscription.isLive, true);
  await server.pullThePlug();
  await waitFor("the end", () => subscription.isLive ? null : true);
});

Deno.test("subscribeToSources: is not live without a server", async () => {
  using _env = inEnvironment({ PULSE_SERVER: "unix:/dev/null" });
  using subscription = subscribeToSources(() => {});
  await waitFor("the end", () => subscription.isLive ? null : true);
});
