// What this project uses of @std/bytes, by module. See ../declarations.ts.

// concat.js
/** Joins byte arrays into a new one. */
export declare function concat(
  buffers: readonly Uint8Array[],
): ReturnType<Uint8Array["slice"]>;

// copy.js
/** Copies `src` into `dst`; returns the number of bytes copied. */
export declare function copy(
  src: Uint8Array,
  dst: Uint8Array,
  offset?: number,
): number;

// equals.js
/** Whether both hold the same bytes. */
export declare function equals(a: Uint8Array, b: Uint8Array): boolean;
