import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { openAudioFile } from "../../src/audio/contents/audio_file.ts";
import { type Format, FORMAT_NAMES, FORMATS } from "../../src/audio/format.ts";
import {
  echolog,
  onlySession,
  type SessionOnDisk,
} from "../support/echolog.ts";
import { serveNumbers } from "../support/http_source.ts";
import { tempFolder } from "../support/temp.ts";
import { startRecording } from "../faults/support.ts";

/** Returns the tags of a file by ffprobe, with names in lower case. */
async function tagsOf(path: string): Promise<Record<string, string>> {
  const { stdout } = await new Deno.Command("ffprobe", {
    args: [
      ...["-v", "error", "-show_entries", "format_tags:stream_tags"],
      ...["-of", "json", path],
    ],
  }).output();
  const { format, streams } = JSON.parse(new TextDecoder().decode(stdout));
  const tags = { ...streams?.[0]?.tags, ...format?.tags };
  return Object.fromEntries(
    Object.entries(tags).map(([name, value]) => [
      name.toLowerCase(),
      String(value),
    ]),
  );
}

/** Compares the tags of all chunks with the log. */
async function assertTags(
  session: SessionOnDisk,
  format: Format,
  // The clock may decide after a chunk is closed.
  tolerance: number,
): Promise<void> {
  for (const { file, seq, start } of session.eventsOf("chunk_created")) {
    const tags = await tagsOf(join(session.folder, file));
    const about = `${file}: ${JSON.stringify(tags)}`;
    using handle = Deno.openSync(join(session.folder, file));
    const identity = await FORMATS[format].identify(
      await openAudioFile(handle),
    );
    assertEquals(identity, { session: "tagged", seq }, about);
    const away = Math.abs(Date.parse(tags.date ?? "") - start);
    assert(away <= tolerance, about);
    if (format === "wav") {
      const line = tags.comment ?? "";
      assertStringIncludes(line, "session tagged", about);
      assertStringIncludes(line, `chunk ${seq}, `, about);
      assertStringIncludes(line, "test", about);
      const midnight = Math.floor(start / 86_400_000) * 86_400_000;
      const reference = (start - midnight) * 48;
      assertEquals(
        Math.abs(Number(tags.time_reference) - reference) <=
          48 * (tolerance + 1),
        true,
        about,
      );
      continue;
    }
    assertEquals(tags.session, "tagged", about);
    assertEquals(tags.track ?? tags.tracknumber, String(seq), about);
    assertEquals(tags.device, "test", about);
    assert(/^\d+\.\d+\.\d+/.test(tags.echolog ?? ""), about);
    assertEquals(tags.room, undefined, about);
  }
}

/** Records three chunks. */
async function record(
  home: string,
  id: string,
  format: Format,
  device = "test",
) {
  return await echolog([
    ...["record", "--device", device, "--duration", "5s", "--format", format],
    ...["--segment-duration", "2s", "--session-id", id],
  ], { home });
}

for (const format of FORMAT_NAMES) {
  Deno.test(`record: each ${format} chunk says when it began and what it is`, async () => {
    using home = tempFolder();
    const { code } = await record(home.path, "tagged", format);
    assertEquals(code, 0);
    const session = await onlySession(join(home.path, "recordings"));
    assertEquals(session.eventsOf("chunk_created").length, 3);
    await assertTags(session, format, 20);
    assertEquals((await echolog(["verify"], { home: home.path })).code, 0);
  });

  Deno.test(`verify: finds a ${format} chunk of another session, or of another place in its own, by its tags`, async () => {
    using home = tempFolder();
    // A device is recorded once at a time.
    const recorded = await Promise.all([
      record(home.path, "night", format),
      record(home.path, "other", format, "lavfi:sine=frequency=441,arealtime"),
    ]);
    assertEquals(recorded.map(({ code }) => code), [0, 0]);
    const folder = join(home.path, "recordings", "night");
    const chunk = (id: string, seq: number) =>
      join(home.path, "recordings", id, `chunk_0000${seq}.${format}`);
    const faultsOf = async (): Promise<string> => {
      const { stdout } = await echolog(["verify", folder, "--json"], {
        home: home.path,
      });
      return JSON.stringify(JSON.parse(stdout));
    };
    assertStringIncludes(await faultsOf(), '"ok":true');
    const { mtime, atime } = Deno.statSync(chunk("night", 2));
    for (const [from, seq] of [["other", 2], ["night", 1]] as const) {
      Deno.copyFileSync(chunk(from, seq), chunk("night", 2));
      Deno.utimeSync(chunk("night", 2), atime ?? 0, mtime ?? 0);
      assertStringIncludes(
        await faultsOf(),
        `by its tags it is chunk ${seq} of session ${from}`,
      );
    }
  });

  Deno.test(`repair: gives the ${format} chunks of a recorder that died their tags`, async () => {
    using home = tempFolder();
    await using recording = await startRecording(home.path, [
      ...["--device", "test", "--format", format, "--session-id", "tagged"],
    ]);
    const { running, session } = recording;
    await session.waitForEvent("chunk_created", 1);
    running.signal("SIGKILL");
    await running.finished;
    assertEquals((await echolog(["repair"], { home: home.path })).code, 0);
    assert(session.eventsOf("chunk_created").length >= 2);
    await assertTags(session, format, 20);
  });
}

Deno.test("record: tags have no device when it is to be hidden", async () => {
  using home = tempFolder();
  const config = join(home.path, "echolog.conf");
  for (const [id, hides] of [["open", false], ["hidden", true]] as const) {
    Deno.writeTextFileSync(config, `[logging]\nredact_device = ${hides}\n`);
    const { code } = await echolog([
      ...["record", "--device", "lavfi:sine=frequency=441", "--duration", "2s"],
      ...["--session-id", id, "--config", config],
    ], { home: home.path });
    assertEquals(code, 0);
    const chunk = join(home.path, "recordings", id, "chunk_00001.flac");
    const { device } = await tagsOf(chunk);
    assertEquals(device, hides ? undefined : "lavfi:sine=frequency=441");
  }
});

Deno.test("record: tags of a stream have its address without the password", async () => {
  using home = tempFolder();
  // ffmpeg 7 takes four seconds to open it.
  await using source = serveNumbers(() => [{ flow: 30 }]);
  const url = `${
    source.url.replace("http://", "http://ann:hunter2@")
  }?token=hunter3`;
  for (const format of FORMAT_NAMES) {
    const { code } = await echolog([
      ...["record", "--device", url, "--duration", "8s", "--format", format],
      ...["--session-id", format],
    ], { home: home.path });
    assertEquals(code, 0);
    const chunk = join(
      home.path,
      "recordings",
      format,
      `chunk_00001.${format}`,
    );
    const bytes = Deno.readFileSync(chunk);
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, 10_000));
    assertStringIncludes(text, "/radio");
    assert(!/hunter/.test(text));
  }
});
