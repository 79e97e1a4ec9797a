// What this project uses of @std/streams, by module. See ../declarations.ts.

// byte_slice_stream.js
/** Passes on the bytes from `start` to `end`, both included. */
export declare class ByteSliceStream
  extends TransformStream<Uint8Array, Uint8Array> {
  constructor(start?: number, end?: number);
}

// concat_readable_streams.js
/** One stream after the other. */
export declare function concatReadableStreams<T>(
  ...streams: ReadableStream<T>[]
): ReadableStream<T>;

// delimiter_stream.js
/** What becomes of the delimiter. */
export type DelimiterDisposition = "suffix" | "prefix" | "discard";
/** Options of {@linkcode DelimiterStream}. */
export interface DelimiterStreamOptions {
  /** What becomes of the delimiter. */
  disposition?: DelimiterDisposition;
}
/** Splits a byte stream at a delimiter. */
export declare class DelimiterStream
  extends TransformStream<Uint8Array, Uint8Array> {
  constructor(delimiter: Uint8Array, options?: DelimiterStreamOptions);
}

// limited_bytes_transform_stream.js
/** Options of {@linkcode LimitedBytesTransformStream}. */
export interface LimitedBytesTransformStreamOptions {
  /** Whether to fail at the limit instead of ending there. */
  error?: boolean;
}
/** Passes on at most `size` bytes. */
export declare class LimitedBytesTransformStream
  extends TransformStream<Uint8Array, Uint8Array> {
  constructor(size: number, options?: LimitedBytesTransformStreamOptions);
}

// limited_transform_stream.js
/** Options of {@linkcode LimitedTransformStream}. */
export interface LimitedTransformStreamOptions {
  /** Whether to fail at the limit instead of ending there. */
  error?: boolean;
}
/** Passes on at most `size` chunks. */
export declare class LimitedTransformStream<T> extends TransformStream<T, T> {
  constructor(size: number, options?: LimitedTransformStreamOptions);
}

// merge_readable_streams.js
/** Several streams as one, chunks in the order they come. */
export declare function mergeReadableStreams<T>(
  ...streams: ReadableStream<T>[]
): ReadableStream<T>;

// text_delimiter_stream.js
/** Splits a text stream at a delimiter. */
export declare class TextDelimiterStream
  extends TransformStream<string, string> {
  constructor(
    delimiter: string,
    options?: { disposition?: "suffix" | "prefix" | "discard" },
  );
}

// text_line_stream.js
/** Options of {@linkcode TextLineStream}. */
export interface TextLineStreamOptions {
  /** Whether a lone carriage return ends a line too. */
  allowCR?: boolean;
}
/** Splits a text stream into lines. */
export declare class TextLineStream extends TransformStream<string, string> {
  constructor(options?: TextLineStreamOptions);
}

// to_array_buffer.js
/** All bytes of a stream. */
export declare function toArrayBuffer(
  readableStream: ReadableStream<Uint8Array>,
): Promise<ArrayBuffer>;

// to_blob.js
/** All bytes of a stream. */
export declare function toBlob(
  stream: ReadableStream<Uint8Array>,
): Promise<Blob>;

// to_json.js
/** What a stream of JSON holds. */
export declare function toJson(
  stream: ReadableStream<string> | ReadableStream<Uint8Array>,
): Promise<unknown>;

// to_text.js
/** All text of a stream; bytes are decoded as UTF-8. */
export declare function toText(
  stream: ReadableStream<string> | ReadableStream<Uint8Array>,
): Promise<string>;

// to_transform_stream.js
/** A generator function as a transform stream. */
export declare function toTransformStream<I, O>(
  transformer: (src: ReadableStream<I>) => Iterable<O> | AsyncIterable<O>,
  writableStrategy?: QueuingStrategy<I>,
  readableStrategy?: QueuingStrategy<O>,
): TransformStream<I, O>;

// zip_readable_streams.js
/** Several streams as one, chunks in turn. */
export declare function zipReadableStreams<T>(
  ...streams: ReadableStream<T>[]
): ReadableStream<T>;
