// What this project uses of @std/async, by module. See ../declarations.ts.

// abortable.js
/** `p`, or a rejection with the signal's reason if that comes first. */
export declare function abortable<T>(
  p: Promise<T>,
  signal: AbortSignal,
): Promise<T>;
export declare function abortable<T>(
  p: AsyncIterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T>;

// deadline.js
/** Options of {@linkcode deadline}. */
export interface DeadlineOptions {
  /** Rejects early. */
  signal?: AbortSignal;
}
/** `p`, or a `DOMException` named `TimeoutError` after `ms` milliseconds. */
export declare function deadline<T>(
  p: Promise<T>,
  ms: number,
  options?: DeadlineOptions,
): Promise<T>;

// debounce.js
/** A function that waits until calls have ceased. */
export interface DebouncedFunction<T extends Array<unknown>> {
  (...args: T): void;
  /** Drops a call that waits. */
  clear(): void;
  /** Makes a call that waits now. */
  flush(): void;
  /** Whether a call waits. */
  readonly pending: boolean;
}
/** Calls `fn` once no call has come for `wait` milliseconds. */
export declare function debounce<T extends Array<unknown>>(
  fn: (this: DebouncedFunction<T>, ...args: T) => void,
  wait: number,
): DebouncedFunction<T>;

// delay.js
/** Options of {@linkcode delay}. */
export interface DelayOptions {
  /** Rejects early. */
  signal?: AbortSignal;
  /** Whether the delay keeps the process alive. */
  persistent?: boolean;
}
/** Resolves after `ms` milliseconds. */
export declare function delay(
  ms: number,
  options?: DelayOptions,
): Promise<void>;

// mux_async_iterator.js
/** Several async iterables as one, values in the order they come. */
export declare class MuxAsyncIterator<T> implements AsyncIterable<T> {
  /** Adds an iterable. */
  add(iterable: AsyncIterable<T>): void;
  /** The values of all. */
  iterate(): AsyncIterableIterator<T>;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}

// pool.js
/** Maps with at most `poolLimit` calls under way; results in input order. */
export declare function pooledMap<T, R>(
  poolLimit: number,
  array: Iterable<T> | AsyncIterable<T>,
  iteratorFn: (data: T) => Promise<R>,
): AsyncIterableIterator<R>;

// retry.js
/** Thrown by {@linkcode retry} when the last attempt failed. */
export declare class RetryError extends Error {
  constructor(cause: unknown, attempts: number);
}
/** When {@linkcode retry} tries again. */
export interface RetryOptions {
  /** By how much each wait is longer than the one before. */
  multiplier?: number;
  /** The longest wait, in milliseconds. */
  maxTimeout?: number;
  /** How often to try at most. */
  maxAttempts?: number;
  /** The first wait, in milliseconds. */
  minTimeout?: number;
  /** The random share of each wait, 0 to 1. */
  jitter?: number;
}
/** Calls `fn` until it succeeds. */
export declare function retry<T>(
  fn: (() => Promise<T>) | (() => T),
  options?: RetryOptions,
): Promise<T>;

// tee.js
/** A tuple of `N` times `T`. */
export type Tuple<T, N extends number> = N extends N
  ? number extends N ? T[] : TupleOf<T, N, []>
  : never;
/** Builds a {@linkcode Tuple}. */
export type TupleOf<T, N extends number, R extends unknown[]> =
  R["length"] extends N ? R : TupleOf<T, N, [T, ...R]>;
/** Branches an async iterable. */
export declare function tee<T, N extends number = 2>(
  iterable: AsyncIterable<T>,
  n?: N,
): Tuple<AsyncIterable<T>, N>;
