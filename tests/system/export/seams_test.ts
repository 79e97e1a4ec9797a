import { assertEquals } from "@std/assert";
import { withExactSeams } from "../../../src/export/seams.ts";
import { BEGIN, recordedIn } from "../../support/export_cases.ts";
import { makeNumberedSession } from "../../support/numbered_session.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("withExactSeams: finds to the sample where repeated audio ends, whatever the log has", async () => {
  using folder = tempFolder();
  const RATE = 48_000;
  for (const [index, unnoticed] of [0.03, -0.05, 0, 0.9].entries()) {
    const { folder: path } = await makeNumberedSession(folder.path, {
      ...{ id: `s${index}`, start: BEGIN, format: "flac", sampleRate: RATE },
      ...{ channels: 2, bitDepth: 16, chunk: 1 },
      // The last chunk before the seam is shorter than what is looked for.
      runs: [{ at: 0, length: 3.02 }, {
        ...{ at: 3.02, length: 3, repeats: 1.5, unnoticed },
      }],
    });
    const options = {
      ...{ from: null, to: null, ffmpeg: "ffmpeg" },
      signal: new AbortController().signal,
    };
    const session = await recordedIn(path);
    const logged = session.repeated.get(2) ?? 0;
    assertEquals(
      Math.round(logged * 1000),
      Math.round(1500 - 1000 * unnoticed),
    );
    const exact = await withExactSeams(session, options);
    assertEquals(Math.round((exact.repeated.get(2) ?? 0) * RATE), 1.5 * RATE);
    // Not in the range, so that it is not looked for.
    const early = { ...options, to: BEGIN + 1_000 };
    assertEquals(
      (await withExactSeams(session, early)).repeated,
      session.repeated,
    );
  }
});
