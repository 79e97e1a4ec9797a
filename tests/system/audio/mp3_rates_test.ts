import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { openAudioFile } from "../../../src/audio/contents/audio_file.ts";
import { FORMATS } from "../../../src/audio/format.ts";
import { encoderArgs } from "../../../src/ffmpeg/command/command.ts";
import { runProgram } from "../../support/program.ts";
import { tempFolder } from "../../support/temp.ts";

Deno.test("mp3: the encoder takes every sample rate of the table, at the bit rate that is estimated", async () => {
  using folder = tempFolder();
  const { sampleRates, channelCounts, bytesPerSecond, inspect, measure } =
    FORMATS.mp3;
  assert(sampleRates !== null && channelCounts !== null);
  for (const sampleRate of sampleRates) {
    for (const channels of channelCounts) {
      const path = join(folder.path, `${sampleRate}-${channels}.mp3`);
      const { code, stderr } = await runProgram("ffmpeg", [
        ...["-v", "error", "-f", "lavfi"],
        ...["-i", `anoisesrc=r=${sampleRate}:a=0.5:d=2`],
        ...encoderArgs({
          ...{ sampleRate, channels, format: "mp3", bitDepth: null },
          ...{ device: { kind: "test" }, inputArgs: [], outputArgs: [] },
        }),
        ...["-f", "mp3", "-write_xing", "0", path],
      ]);
      assertEquals([code, stderr], [0, ""], path);
      using handle = Deno.openSync(path);
      const file = await openAudioFile(handle);
      const contents = await measure(file, false);
      assert(contents !== null, path);
      const length = contents.samples / contents.sampleRate;
      const rate = file.size / length;
      const estimate = bytesPerSecond(sampleRate, channels, 16);
      assert(Math.abs(rate / estimate - 1) < 0.03, `${path}: ${rate}`);
      const header = await inspect(file);
      assertEquals(
        [header.sampleRate, header.channels, header.fault],
        [sampleRate, channels, null],
      );
    }
  }
});
