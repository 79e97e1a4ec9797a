/**
 * Samples as they go from chunk to file: interleaved, without a header.
 *
 * @module
 */

/** Forms of a sample, as ffmpeg names them. */
export type SampleForm = "s16le" | "s24le" | "s32le" | "f32le";

const BYTES: Readonly<Record<SampleForm, number>> = {
  s16le: 2,
  s24le: 3,
  s32le: 4,
  f32le: 4,
};

/** A stream of samples. */
export interface Pcm {
  /** Samples per second and channel. */
  readonly sampleRate: number;
  /** Number of channels. */
  readonly channels: number;
  /** Form of a sample. */
  readonly form: SampleForm;
}

/** Returns the bytes of one sample of all channels. */
export function frameBytes({ channels, form }: Pcm): number {
  return channels * BYTES[form];
}

/** Returns ffmpeg's options for a stream, before its `-i` or its output. */
export function pcmArgs({ sampleRate, channels, form }: Pcm): string[] {
  return ["-f", form, "-ar", String(sampleRate), "-ac", String(channels)];
}

/** Returns the bits of a sample. */
export function bitsOf(form: SampleForm): number {
  return 8 * BYTES[form];
}

/** Returns the form that holds samples of a depth; `null` is a lossy source. */
export function formOf(bitDepth: number | null): SampleForm {
  if (bitDepth === null || bitDepth <= 16) return "s16le";
  return bitDepth <= 24 ? "s24le" : "s32le";
}

/** Returns the form of a codec of plain samples, or `null` when it is another codec. */
export function formOfCodec(codec: string | null): SampleForm | null {
  const [, name = ""] = /^pcm_(.+)$/.exec(codec ?? "") ?? [];
  return FORMS.find((form) => form === name) ?? null;
}

/** The forms, each of which holds the samples of those before it. */
const FORMS = ["s16le", "s24le", "s32le", "f32le"] as const;

/** Returns the form that holds the samples of all. */
export function widestOf(forms: readonly SampleForm[]): SampleForm {
  return FORMS[Math.max(0, ...forms.map((form) => FORMS.indexOf(form)))] ??
    "s16le";
}
