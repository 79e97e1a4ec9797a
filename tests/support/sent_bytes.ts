/**
 * The forms in which people send a text.
 *
 * @module
 */

/** Returns a text as a gzip file. */
export async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Returns a text in UTF-16, without a byte order mark of its own. */
export function utf16(
  text: string,
  isLittle: boolean,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) {
    view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  }
  return new Uint8Array(view.buffer);
}

/** Returns a text as a mail program quotes it: wrapped after so many characters. */
export function quoted(text: string, columns = Infinity): string {
  return text.trimEnd().split("\n").flatMap((line) => wrapped(line, columns))
    .map((line) => `> ${line}\n`).join("");
}

function wrapped(line: string, columns: number): string[] {
  const lines: string[] = [];
  let last = "";
  for (const word of line.split(" ")) {
    if (last !== "" && last.length + word.length + 1 > columns) {
      lines.push(last);
      last = word;
    } else last = last === "" ? word : `${last} ${word}`;
  }
  return [...lines, last];
}
