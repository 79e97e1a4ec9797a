/**
 * Measures samples, four at a time: WebAssembly with SIMD, put together here.
 * The binary leaves V8's optimizing compilers out, and plain code that looks at
 * every sample would take twenty times as long in it.
 *
 * @module
 */

/** Forms of samples that can be measured. */
export type MeasuredForm = "s16le" | "f32le";

/** Bytes of a sample. */
export const SAMPLE_BYTES: Readonly<Record<MeasuredForm, number>> = {
  s16le: 2,
  f32le: 4,
};

/** Numbers that {@linkcode Kernel.measure} writes for a block. */
export const RESULTS = 4;

/** Where the extremes are, before the samples. */
const EXTREMES_AT = 0;
/** Where the samples begin in the memory, after room for a frame before them. */
export const SAMPLES_AT = 1_024;
/** Bytes of samples that the memory holds, those of a frame after them included. */
export const SAMPLES_ROOM = 1_048_576;
/** Where the results begin. */
const RESULTS_AT = SAMPLES_AT + SAMPLES_ROOM + 1_024;
/** Pages of 64 KiB. */
const PAGES = 32;

/** Measures blocks of interleaved samples in its own memory. */
export interface Kernel {
  /** Its memory; samples begin at {@linkcode SAMPLES_AT}. */
  readonly bytes: Uint8Array;
  /**
   * For each block: the peak, the sum of the squares, the largest bend and the
   * sum of all bends. A bend is by how much a sample differs from the straight
   * line through its neighbours, twice. The frame before the first block and the
   * one after the last have to be in the memory.
   */
  readonly results: Float32Array;
  /**
   * Measures blocks that follow each other.
   *
   * @param blocks Their number.
   * @param samples Samples of a block, of all channels; a multiple of four.
   * @param channels Number of channels.
   */
  measure(blocks: number, samples: number, channels: number): void;
  /** What {@linkcode Kernel.compare} has found: the highest of each result, then the lowest. */
  readonly extremes: Float32Array;
  /** Compares the results of blocks that follow each other. */
  compare(first: number, blocks: number): void;
}

/** Returns a kernel for samples of a form. */
export function makeKernel(form: MeasuredForm): Kernel {
  const module = new WebAssembly.Module(moduleFor(form));
  const { exports } = new WebAssembly.Instance(module);
  const { memory, measure, compare } = exports;
  if (
    !(memory instanceof WebAssembly.Memory) || !isFunction(measure) ||
    !isFunction(compare)
  ) {
    throw new Error("The module lacks what it exports");
  }
  const size = SAMPLE_BYTES[form];
  return {
    bytes: new Uint8Array(memory.buffer),
    results: new Float32Array(memory.buffer, RESULTS_AT),
    measure(blocks, samples, channels) {
      measure(SAMPLES_AT, blocks, samples * size, channels * size, RESULTS_AT);
    },
    extremes: new Float32Array(memory.buffer, EXTREMES_AT, 2 * RESULTS),
    compare(first, blocks) {
      compare(RESULTS_AT + first * VECTOR_BYTES, blocks, EXTREMES_AT);
    },
  };
}

function isFunction(value: unknown): value is (...args: number[]) => void {
  return typeof value === "function";
}

/** Maximum number of blocks whose results the memory holds. */
export const MAX_BLOCKS = Math.floor(
  (PAGES * 65_536 - RESULTS_AT) / (RESULTS * 4),
);

/** Bytes of a vector: four floats, which are the results of one block. */
const VECTOR_BYTES = 16;

type Code = readonly number[];

/** Types of values, as the binary format has them. */
const I32 = 0x7f;
const V128 = 0x7b;

// Parameters and locals of the function, by number.
const [AT, BLOCKS, SIZE, STRIDE, OUT] = [0, 1, 2, 3, 4] as const;
const [END, X, BEND, PEAK, SQUARES, MOST_BENT, BENDS] = [
  5,
  6,
  7,
  8,
  9,
  10,
  11,
] as const;

const get = (local: number): Code => [0x20, local];
const set = (local: number, ...value: Code[]): Code => [
  ...value.flat(),
  ...[0x21, local],
];
const constant = (value: number): Code => [0x41, ...signed(value)];
const add = (one: Code, other: Code): Code => [...one, ...other, 0x6a];
const subtract = (one: Code, other: Code): Code => [...one, ...other, 0x6b];
const isBelow = (one: Code, other: Code): Code => [...one, ...other, 0x49];
/** Repeats code while a condition after it holds. */
const repeat = (condition: Code, ...body: Code[]): Code => [
  ...[0x03, 0x40, ...body.flat()],
  ...[...condition, 0x0d, 0x00, 0x0b],
];

const vector = (operation: number, ...values: Code[]): Code => [
  ...values.flat(),
  ...[0xfd, ...unsigned(operation)],
];
const zeros = (): Code => [0xfd, 0x0c, ...new Uint8Array(16)];
const abs = (one: Code) => vector(0xe0, one);
const sum = (one: Code, other: Code) => vector(0xe4, one, other);
const difference = (one: Code, other: Code) => vector(0xe5, one, other);
const product = (one: Code, other: Code) => vector(0xe6, one, other);
const smaller = (one: Code, other: Code) => vector(0xe8, one, other);
const larger = (one: Code, other: Code) => vector(0xe9, one, other);

/** Loads four samples as floats. */
function load(form: MeasuredForm, address: Code): Code {
  return form === "f32le"
    ? [...vector(0x00, address), 0, 0]
    // Four of 16 bits become integers of 32 bits, and then floats.
    : vector(0xfa, [...vector(0x03, address), 0, 0]);
}

/** Stores the sum or the largest of the four numbers of a local. */
function storeReduced(
  local: number,
  reduce: (one: Code, other: Code) => Code,
  offset: number,
): Code {
  const turned = (by: number): Code => [
    ...get(local),
    ...get(local),
    ...[0xfd, 0x0d],
    ...Array.from({ length: 16 }, (_, at) => (at + by) % 16),
  ];
  return [
    ...set(local, reduce(get(local), turned(8))),
    ...set(local, reduce(get(local), turned(4))),
    ...get(OUT),
    ...get(local),
    // Without alignment; the first of the four.
    ...[0xfd, 0x5a, 0, offset, 0],
  ];
}

/** Returns the function's code. */
function bodyFor(form: MeasuredForm): Code {
  const x = get(X);
  const before = load(form, subtract(get(AT), get(STRIDE)));
  const after = load(form, add(get(AT), get(STRIDE)));
  return repeat(
    get(BLOCKS),
    ...[PEAK, SQUARES, MOST_BENT, BENDS].map((local) => set(local, zeros())),
    set(END, add(get(AT), get(SIZE))),
    repeat(
      isBelow(get(AT), get(END)),
      set(X, load(form, get(AT))),
      set(BEND, abs(difference(difference(x, before), difference(after, x)))),
      set(PEAK, larger(get(PEAK), abs(x))),
      set(SQUARES, sum(get(SQUARES), product(x, x))),
      set(MOST_BENT, larger(get(MOST_BENT), get(BEND))),
      set(BENDS, sum(get(BENDS), get(BEND))),
      set(AT, add(get(AT), constant(4 * SAMPLE_BYTES[form]))),
    ),
    storeReduced(PEAK, larger, 0),
    storeReduced(SQUARES, sum, 4),
    storeReduced(MOST_BENT, larger, 8),
    storeReduced(BENDS, sum, 12),
    set(OUT, add(get(OUT), constant(RESULTS * 4))),
    set(BLOCKS, subtract(get(BLOCKS), constant(1))),
  );
}

/** Returns the code that compares results: their highest and lowest numbers. */
function compareBody(): Code {
  const [at, blocks, out, found, high, low] = [0, 1, 2, 3, 4, 5] as const;
  const results = load("f32le", get(at));
  const store = (local: number, offset: number): Code => [
    ...get(out),
    ...get(local),
    // Without alignment.
    ...[0xfd, 0x0b, 0, offset],
  ];
  return [
    ...[...set(high, results), ...set(low, results)],
    ...repeat(
      get(blocks),
      set(found, results),
      set(high, larger(get(high), get(found))),
      set(low, smaller(get(low), get(found))),
      set(at, add(get(at), constant(VECTOR_BYTES))),
      set(blocks, subtract(get(blocks), constant(1))),
    ),
    ...store(high, 0),
    ...store(low, VECTOR_BYTES),
  ];
}

/** Returns the module: one memory and two functions. */
function moduleFor(form: MeasuredForm): Uint8Array<ArrayBuffer> {
  const measure = [...[2, 1, I32], ...[6, V128], ...bodyFor(form), 0x0b];
  const compare = [...[1, 3, V128], ...compareBody(), 0x0b];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    // Two types: five and three integers, no result.
    ...section(1, [
      ...[2, 0x60, 5, I32, I32, I32, I32, I32, 0],
      ...[0x60, 3, I32, I32, I32, 0],
    ]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, PAGES]),
    ...section(7, [
      ...[3, ...name("memory"), 2, 0],
      ...[...name("measure"), 0, 0, ...name("compare"), 0, 1],
    ]),
    ...section(10, [
      2,
      ...[...unsigned(measure.length), ...measure],
      ...[...unsigned(compare.length), ...compare],
    ]),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): Code {
  return [text.length, ...new TextEncoder().encode(text)];
}

/** LEB128. */
function unsigned(value: number): Code {
  return value < 128
    ? [value]
    : [value % 128 + 128, ...unsigned(Math.floor(value / 128))];
}

/** Signed LEB128 of a number that is not negative. */
function signed(value: number): Code {
  return value < 64 ? [value] : [value % 128 + 128, ...signed(value >> 7)];
}
