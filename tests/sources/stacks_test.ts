import { assertEquals } from "@std/assert";
import { assertRows } from "./rows.ts";

Deno.test("Icecast: times are right, also when a mount falls back to another format", async () => {
  await assertRows(
    { name: "icecast-mp3-plain", seconds: 8 },
    {
      ...{ name: "icecast-mp3-fallback", seconds: 14, faultAt: 5 },
      check(session) {
        const causes = session.eventsOf("recovery").map(({ cause }) => cause);
        assertEquals(causes, ["source_ended"], session.logText());
        const changes = session.eventsOf("warning")
          .filter(({ code }) => code === "format_changed")
          .map(({ message }) => message);
        assertEquals(changes, [
          "The source changed its format from mp3, 48000 Hz, stereo to opus, 48000 Hz, stereo",
        ], session.logText());
      },
    },
  );
});

Deno.test("HLS: times are right, from nginx too", async () => {
  await assertRows(
    { name: "hls-2", seconds: 12 },
    { name: "hls-2-nginx", seconds: 12 },
  );
});
