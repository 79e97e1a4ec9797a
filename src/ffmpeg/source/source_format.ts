/**
 * The format of a source, as ffmpeg describes its input on stderr:
 * `Stream #0:0: Audio: mp3, 48000 Hz, stereo, fltp, 128 kb/s`.
 *
 * @module
 */

/** Reads ffmpeg's description of one input. */
export class SourceFormat {
  #isInput = false;
  #streams: string[] = [];

  /** Takes a line of stderr, without its prefix. */
  read(line: string): void {
    if (/^Input #0, /.test(line)) this.#isInput = true;
    else if (/^(?:Output #|Stream mapping:)/.test(line)) this.#isInput = false;
    if (!this.#isInput) return;
    const [, codec, rate, channels] =
      /^ +Stream #0:\d+\S*: Audio: ([^\s,]+)[^,]*(?:\([^)]*\))?, (\d+) Hz, ([^,]+)/
        .exec(line) ?? [];
    if (codec === undefined) return;
    this.#streams.push(`${codec}, ${rate} Hz, ${channels}`);
  }

  /** Codec, rate and channels of the audio stream of this number, from 0; `null` while unknown. */
  of(stream: number): string | null {
    return this.#streams[stream] ?? null;
  }
}
