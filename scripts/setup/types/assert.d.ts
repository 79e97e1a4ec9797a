// What this project uses of @std/assert, by module. See ../declarations.ts.
// deno-lint-ignore-file no-explicit-any -- a class of any constructor, as there

// assertion_error.js
/** What a failed assertion throws. */
export declare class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

// equal.js
/** Whether two values are deeply equal. */
export declare function equal(a: unknown, b: unknown): boolean;

// assert.js
/** Fails unless `expr` is truthy. */
export declare function assert(expr: unknown, msg?: string): asserts expr;

// false.js
/** What counts as false. */
export type Falsy = false | 0 | 0n | "" | null | undefined;
/** Fails unless `expr` is falsy. */
export declare function assertFalse(
  expr: unknown,
  msg?: string,
): asserts expr is Falsy;

// equals.js
/** Fails unless both are deeply equal. */
export declare function assertEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// not_equals.js
/** Fails if both are deeply equal. */
export declare function assertNotEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// strict_equals.js
/** Fails unless both are the same by `Object.is`. */
export declare function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T;

// not_strict_equals.js
/** Fails if both are the same by `Object.is`. */
export declare function assertNotStrictEquals<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// almost_equals.js
/** Fails unless both numbers are equal within a tolerance. */
export declare function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void;

// greater.js
/** Fails unless `actual > expected`. */
export declare function assertGreater<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// greater_or_equal.js
/** Fails unless `actual >= expected`. */
export declare function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// less.js
/** Fails unless `actual < expected`. */
export declare function assertLess<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// less_or_equal.js
/** Fails unless `actual <= expected`. */
export declare function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void;

// exists.js
/** Fails for `null` and `undefined`. */
export declare function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T>;

// match.js
/** Fails unless the text matches. */
export declare function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void;

// not_match.js
/** Fails if the text matches. */
export declare function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void;

// string_includes.js
/** Fails unless `expected` is part of `actual`. */
export declare function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void;

// array_includes.js
/** An array or something like one. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;
/** Fails unless every element of `expected` is in `actual`. */
export declare function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void;

// object_match.js
/** Fails unless `actual` has everything that `expected` has. */
export declare function assertObjectMatch(
  actual: object,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void;

// instance_of.js
/** Fails unless `actual` is an instance of the class. */
export declare function assertInstanceOf<T>(
  actual: unknown,
  expectedType: abstract new (...args: any[]) => T,
  msg?: string,
): asserts actual is T;

// not_instance_of.js
/** Fails if `actual` is an instance of the class. */
export declare function assertNotInstanceOf<A, T>(
  actual: A,
  unexpectedType: abstract new (...args: any[]) => T,
  msg?: string,
): asserts actual is Exclude<A, T>;

// is_error.js
/** Fails unless `error` is an `Error` of that class and message. */
export declare function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: abstract new (...args: any[]) => E,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E;

// throws.js
/** Fails unless `fn` throws; returns what it threw. */
export declare function assertThrows(fn: () => unknown, msg?: string): unknown;
export declare function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): E;

// rejects.js
/** Fails unless what `fn` returns is rejected; resolves to the reason. */
export declare function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
export declare function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;

// fail.js
/** Fails. */
export declare function fail(msg?: string): never;

// unimplemented.js
/** Fails: something is missing. */
export declare function unimplemented(msg?: string): never;

// unreachable.js
/** Fails: this should not have been reached. */
export declare function unreachable(msg?: string): never;
