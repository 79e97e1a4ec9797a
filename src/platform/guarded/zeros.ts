/**
 * Zero bytes that a file system leaves at the end of a file after a power cut:
 * its size was written, its contents were not.
 *
 * @module
 */

/** Number of bytes read at a time. */
const BLOCK = 65_536;

/**
 * Returns the size of a file without the zero bytes at its end.
 *
 * @param size Its size.
 * @param read Reads so many bytes at an offset.
 */
export function sizeWithoutZeros(
  size: number,
  read: (offset: number, length: number) => Uint8Array,
): number {
  // Nearly always, the last byte is none.
  for (let [end, length] = [size, 1]; end > 0; length = BLOCK) {
    const start = Math.max(0, end - length);
    const last = read(start, end - start).findLastIndex((byte) => byte !== 0);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}

/**
 * Takes the zero bytes at the end of an open file away.
 *
 * @returns whether there were any.
 */
export function cutZeros(file: Deno.FsFile): boolean {
  const { size } = file.statSync();
  const end = sizeWithoutZeros(size, (offset, length) => {
    file.seekSync(offset, Deno.SeekMode.Start);
    const bytes = new Uint8Array(length);
    for (let filled = 0; filled < length;) {
      const count = file.readSync(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return bytes;
  });
  if (end === size) return false;
  file.truncateSync(end);
  return true;
}

/**
 * Returns lines without the zero bytes at their ends. A line of nothing else is
 * left out.
 */
export function linesWithoutZeros(lines: readonly string[]): string[] {
  return lines.some(hasZeros)
    ? lines.flatMap((line) => {
      if (!hasZeros(line)) return [line];
      const text = withoutZeros(line);
      return text === "" ? [] : [text];
    })
    : [...lines];
}

function hasZeros(line: string): boolean {
  return line.charCodeAt(0) === 0 || line.charCodeAt(line.length - 1) === 0;
}

/** A regular expression would take time that grows with the square of zeros within. */
function withoutZeros(line: string): string {
  let [start, end] = [0, line.length];
  while (start < end && line.charCodeAt(start) === 0) start++;
  while (end > start && line.charCodeAt(end - 1) === 0) end--;
  return line.slice(start, end);
}
