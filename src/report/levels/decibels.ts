/**
 * Levels as they are kept: hundredths of a decibel in 16 bits.
 *
 * @module
 */

/** Levels that follow each other in time; 0 is digital silence. */
export type LevelCodes = Uint16Array<ArrayBuffer>;

/** A level in dBFS, or `null` for digital silence. */
export type Decibels = number | null;

/** Level of the code 0; nothing that is measured is below it. */
const FLOOR_DB = -300;

/** Returns the code of a power, as a share of that of full scale. */
export function codeOfPower(power: number): number {
  if (!(power > 0)) return 0;
  const code = Math.round((10 * Math.log10(power) - FLOOR_DB) * 100);
  return Math.min(65_535, Math.max(1, code));
}

/** Returns the power of a code. */
export function powerOf(code: number): number {
  return code === 0 ? 0 : 10 ** ((code / 100 + FLOOR_DB) / 10);
}

/** Returns the level of a code. */
export function decibelsOf(code: number): Decibels {
  return code === 0 ? null : code / 100 + FLOOR_DB;
}

/** Returns codes as base64 of their bytes, the lower one first. */
export function encodeCodes(codes: LevelCodes): string {
  return base64(
    new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength),
  );
}

/** Bytes that are encoded at a time; a multiple of three. */
const BLOCK = 8_190;

/** Returns bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += BLOCK) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + BLOCK)));
  }
  return text;
}

/** Returns codes from their base64, or `null` when it is damaged. */
export function decodeCodes(text: string): LevelCodes | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    // It is not base64.
    return null;
  }
  if (binary.length % 2 !== 0) return null;
  // A month has a million of them: Uint8Array.from would take seconds.
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return new Uint16Array(bytes.buffer);
}
