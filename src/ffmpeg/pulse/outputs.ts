/**
 * Parses what `pactl` lists, in the C locale.
 *
 * @module
 */

/** A recording stream of the sound server. */
export interface SourceOutput {
  /** Number of the source that it records. */
  readonly source: number;
  /** Its properties, such as `application.process.id`. */
  readonly properties: ReadonlyMap<string, string>;
}

/** Parses the output of `pactl list source-outputs`. */
export function parseSourceOutputs(lines: readonly string[]): SourceOutput[] {
  const outputs: { source: number; properties: Map<string, string> }[] = [];
  for (const line of lines) {
    if (/^Source Output #\d+$/.test(line)) {
      outputs.push({ source: NaN, properties: new Map() });
      continue;
    }
    const output = outputs.at(-1);
    if (output === undefined) continue;
    const [, source] = /^\tSource: (\d+)$/.exec(line) ?? [];
    if (source !== undefined) output.source = Number(source);
    const [, key, value] = /^\t\t([\w.-]+) = "(.*)"$/.exec(line) ?? [];
    if (key !== undefined) output.properties.set(key, value ?? "");
  }
  // An output that has just been made may have no source yet.
  return outputs.filter(({ source }) => !Number.isNaN(source));
}

/** Parses the output of `pactl list short sources`: names by number. */
export function parseSourceNames(
  lines: readonly string[],
): Map<number, string> {
  return new Map(lines.flatMap((line): [number, string][] => {
    const [number = "", name = ""] = line.split("\t");
    return /^\d+$/.test(number) && name !== "" ? [[Number(number), name]] : [];
  }));
}

/** The property by which echolog finds the stream of its own ffmpeg. */
export const SESSION_PROPERTY = "echolog.session";

/**
 * Returns the number of the source that a process records.
 *
 * @param tag value of {@linkcode SESSION_PROPERTY}; it finds the stream where
 * process ids differ, as in a container.
 * @returns `null` when the process records nothing.
 */
export function sourceOf(
  outputs: readonly SourceOutput[],
  tag: string,
  pid: number,
): number | null {
  const found =
    outputs.findLast(({ properties }) =>
      properties.get(SESSION_PROPERTY) === tag
    ) ?? outputs.findLast(({ properties }) =>
      properties.get("application.process.id") === String(pid)
    );
  return found?.source ?? null;
}
