// What this project uses of @std/text, by module. See ../declarations.ts.

// levenshtein_distance.js
/** The number of edits that turn one text into the other. */
export declare function levenshteinDistance(str1: string, str2: string): number;

// compare_similarity.js
/** How similarity is judged. */
export interface CompareSimilarityOptions {
  /** Whether `a` and `A` differ. */
  caseSensitive?: boolean;
  /** The distance of two words. */
  compareFn?: (a: string, b: string) => number;
}
/** A comparison for sorting that puts what resembles `givenWord` first. */
export declare function compareSimilarity(
  givenWord: string,
  options?: CompareSimilarityOptions,
): (a: string, b: string) => number;

// closest_string.js
/** How {@linkcode closestString} judges. */
export interface ClosestStringOptions {
  /** Whether `a` and `A` differ. */
  caseSensitive?: boolean;
  /** The distance of two words. */
  compareFn?: (a: string, b: string) => number;
}
/** The one of `possibleWords` (at least one) that resembles `givenWord` most. */
export declare function closestString(
  givenWord: string,
  possibleWords: readonly string[],
  options?: ClosestStringOptions,
): string;

// word_similarity_sort.js
/** `possibleWords` with what resembles `givenWord` first. */
export declare function wordSimilaritySort(
  givenWord: string,
  possibleWords: readonly string[],
  options?: {
    caseSensitive?: boolean;
    compareFn?: (a: string, b: string) => number;
  },
): string[];

// to_camel_case.js
/** `camelCase` */
export declare function toCamelCase(input: string): string;

// to_kebab_case.js
/** `kebab-case` */
export declare function toKebabCase(input: string): string;

// to_pascal_case.js
/** `PascalCase` */
export declare function toPascalCase(input: string): string;

// to_snake_case.js
/** `snake_case` */
export declare function toSnakeCase(input: string): string;
