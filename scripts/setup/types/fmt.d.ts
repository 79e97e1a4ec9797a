// What this project uses of @std/fmt, by module. See ../declarations.ts.
// deno-lint-ignore-file adjacent-overload-signatures -- the modules are cut apart

// bytes.js
/** How {@linkcode format} writes a size. */
export interface FormatOptions {
  /** Count bits. */
  bits?: boolean;
  /** Units of 1024 (KiB) instead of 1000 (kB). */
  binary?: boolean;
  /** A plus sign before positive numbers. */
  signed?: boolean;
  /** Whose decimal separator to use; `true` is the system's. */
  locale?: boolean | string | string[];
  /** The fewest decimals. */
  minimumFractionDigits?: number;
  /** The most decimals. */
  maximumFractionDigits?: number;
}
/** A size for people, `1.34 kB`. */
export declare function format(num: number, options?: FormatOptions): string;

// duration.js
/** How {@linkcode format} writes a duration. */
export interface FormatOptions {
  /** `1h 2m`, `00:01:02:…` or `1 hour, 2 minutes`. */
  style?: "narrow" | "digital" | "full";
  /** Leave out what is zero. */
  ignoreZero?: boolean;
}
/** A duration in milliseconds, for people. */
export declare function format(ms: number, options?: FormatOptions): string;

// printf.js
/** Formats as C's printf does. */
export declare function sprintf(format: string, ...args: unknown[]): string;
/** Writes what {@linkcode sprintf} makes to standard output. */
export declare function printf(format: string, ...args: unknown[]): void;

// colors.js
/** A colour, each part 0 to 255. */
export interface Rgb {
  /** Red. */
  r: number;
  /** Green. */
  g: number;
  /** Blue. */
  b: number;
}
/** Switches colours on or off. */
export declare function setColorEnabled(value: boolean): void;
/** Whether colours are on. */
export declare function getColorEnabled(): boolean;
/** `string` without escape sequences. */
export declare function stripAnsiCode(string: string): string;
/** 24-bit foreground. */
export declare function rgb24(str: string, color: number | Rgb): string;
/** 24-bit background. */
export declare function bgRgb24(str: string, color: number | Rgb): string;
/** Foreground from the palette of 256. */
export declare function rgb8(str: string, color: number): string;
/** Background from the palette of 256. */
export declare function bgRgb8(str: string, color: number): string;
export declare function reset(str: string): string;
export declare function bold(str: string): string;
export declare function dim(str: string): string;
export declare function italic(str: string): string;
export declare function underline(str: string): string;
export declare function inverse(str: string): string;
export declare function hidden(str: string): string;
export declare function strikethrough(str: string): string;
export declare function black(str: string): string;
export declare function red(str: string): string;
export declare function green(str: string): string;
export declare function yellow(str: string): string;
export declare function blue(str: string): string;
export declare function magenta(str: string): string;
export declare function cyan(str: string): string;
export declare function white(str: string): string;
export declare function gray(str: string): string;
export declare function brightBlack(str: string): string;
export declare function brightRed(str: string): string;
export declare function brightGreen(str: string): string;
export declare function brightYellow(str: string): string;
export declare function brightBlue(str: string): string;
export declare function brightMagenta(str: string): string;
export declare function brightCyan(str: string): string;
export declare function brightWhite(str: string): string;
export declare function bgBlack(str: string): string;
export declare function bgRed(str: string): string;
export declare function bgGreen(str: string): string;
export declare function bgYellow(str: string): string;
export declare function bgBlue(str: string): string;
export declare function bgMagenta(str: string): string;
export declare function bgCyan(str: string): string;
export declare function bgWhite(str: string): string;
export declare function bgBrightBlack(str: string): string;
export declare function bgBrightRed(str: string): string;
export declare function bgBrightGreen(str: string): string;
export declare function bgBrightYellow(str: string): string;
export declare function bgBrightBlue(str: string): string;
export declare function bgBrightMagenta(str: string): string;
export declare function bgBrightCyan(str: string): string;
export declare function bgBrightWhite(str: string): string;
