/**
 * Reads npm tarballs: checks their sum, unpacks them in memory.
 *
 * Written out here because nothing can be imported before there is a registry.
 *
 * @module
 */

const BLOCK = 512;

/**
 * The SHA-512 of `bytes` in the form npm uses.
 *
 * @param bytes What to sum up
 * @returns `sha512-` and the sum in Base64
 */
export async function integrity(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", bytes));
  return `sha512-${btoa(String.fromCharCode(...digest))}`;
}

/**
 * The regular files in a gzipped tar archive.
 *
 * @param bytes The archive
 * @returns Contents by path
 * @throws {Error} If the archive ends in the middle of a file
 */
export async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Map<string, Uint8Array>> {
  const plain = new Blob([bytes]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const tar = new Uint8Array(await new Response(plain).arrayBuffer());
  const files = new Map<string, Uint8Array>();
  let longPath: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length;) {
    const header = tar.subarray(at, at + BLOCK);
    const name = text(header, 0, 100);
    if (name === "") break; // two empty blocks end an archive
    const size = parseInt(text(header, 124, 12).trim() || "0", 8);
    const type = text(header, 156, 1);
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length !== size) {
      throw new Error(`Cannot unpack the archive: "${name}" is cut short`);
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (type === "x") {
      longPath = paxPath(content);
      continue;
    }
    if (type === "0" || type === "") {
      const prefix = text(header, 345, 155);
      files.set(
        longPath ?? (prefix === "" ? name : `${prefix}/${name}`),
        content,
      );
    }
    longPath = undefined;
  }
  return files;
}

/** The text of a fixed header field, which a NUL ends early. */
function text(header: Uint8Array, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/** The path in a pax header, which holds records such as `30 path=some/file`. */
function paxPath(content: Uint8Array): string | undefined {
  return /^\d+ path=(.*)$/m.exec(new TextDecoder().decode(content))?.[1];
}
