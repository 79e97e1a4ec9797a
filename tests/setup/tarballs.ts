/** Tiny npm tarballs, made by hand. */

const BLOCK = 512;

/** A tar archive of files by path, gzipped as npm does. */
export async function makeTarball(
  files: Record<string, string>,
): Promise<Uint8Array<ArrayBuffer>> {
  const entries = Object.entries(files)
    .flatMap(([path, text]) => entry(path, "0", encode(text)));
  return await gzip([...entries, new Uint8Array(2 * BLOCK)]);
}

/** One entry of an archive: header and content, padded to whole blocks. */
export function entry(
  path: string,
  type: string,
  content: Uint8Array<ArrayBuffer>,
  prefix = "",
): Uint8Array<ArrayBuffer>[] {
  const header = new Uint8Array(BLOCK);
  header.set(encode(path), 0);
  header.set(encode(content.length.toString(8).padStart(11, "0")), 124);
  header.set(encode(type), 156);
  header.set(encode("ustar"), 257);
  header.set(encode(prefix), 345);
  const padded = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  padded.set(content);
  return [header, padded];
}

/** Text as bytes. */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  // Copied, since Deno 2.4 leaves open what kind of buffer the encoder uses.
  return new Uint8Array(new TextEncoder().encode(text));
}

/** Blocks as one gzipped archive. */
export async function gzip(
  blocks: Uint8Array<ArrayBuffer>[],
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob(blocks).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
