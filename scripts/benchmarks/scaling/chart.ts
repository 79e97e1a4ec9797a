/**
 * The picture of the figures, as SVG.
 *
 * @module
 */

/** A line in a picture. */
export interface Line {
  /** What it is. */
  readonly name: string;
  /** Its colour. */
  readonly colour: string;
  /** Points with x in days. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
  /** Whether each point is marked. */
  readonly isMarked?: boolean;
}

/** One half of the picture. */
export interface Panel {
  /** What it shows. */
  readonly title: string;
  /** What its x axis is. */
  readonly x: string;
  /** What its y axis is. */
  readonly y: string;
  /** Its lines. */
  readonly lines: readonly Line[];
  /** A height that is marked, and what it is; `null` for none. */
  readonly mark: { readonly y: number; readonly name: string } | null;
  /** The y axis reaches this at least. */
  readonly leastTop: number;
}

const WIDTH = 820;
const HEIGHT = 320;
const LEFT = 70;
const RIGHT = 20;
const TOP = 62;
const BOTTOM = 50;
const GREY = "#666";

/** Draws panels one below the other. */
export function drawChart(panels: readonly Panel[]): string {
  const height = HEIGHT * panels.length;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    ...panels.map((panel, index) =>
      `<g transform="translate(0 ${index * HEIGHT})">\n${draw(panel)}\n</g>`
    ),
    "</svg>\n",
  ].join("\n");
}

function draw({ title, x, y, lines, mark, leastTop }: Panel): string {
  const points = lines.flatMap(({ points }) => points);
  const xs = axis(Math.max(...points.map(({ x }) => x)));
  const ys = axis(Math.max(leastTop, ...points.map(({ y }) => y)));
  const atX = (value: number) =>
    round(LEFT + (WIDTH - LEFT - RIGHT) * value / xs.end);
  const atY = (value: number) =>
    round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / ys.end);
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return [
    text(LEFT, 22, title, 'font-size="15" font-weight="bold"'),
    ...legend(lines),
    ...ys.ticks.flatMap((tick) => [
      rule(LEFT, atY(tick), WIDTH - RIGHT, atY(tick), 'stroke="#ddd"'),
      text(LEFT - 8, atY(tick) + 4, String(tick), 'text-anchor="end"'),
    ]),
    ...xs.ticks.flatMap((tick) => [
      rule(atX(tick), atY(0), atX(tick), atY(0) + 5, `stroke="${GREY}"`),
      text(atX(tick), atY(0) + 20, String(tick), 'text-anchor="middle"'),
    ]),
    rule(LEFT, atY(0), WIDTH - RIGHT, atY(0), `stroke="${GREY}"`),
    text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x, 'text-anchor="middle"'),
    text(
      18,
      middle,
      y,
      `text-anchor="middle" transform="rotate(-90 18 ${middle})"`,
    ),
    ...(mark === null ? [] : [
      rule(
        LEFT,
        atY(mark.y),
        WIDTH - RIGHT,
        atY(mark.y),
        `stroke="${GREY}" stroke-dasharray="6 4"`,
      ),
      text(
        WIDTH - RIGHT,
        atY(mark.y) - 6,
        mark.name,
        `text-anchor="end" fill="${GREY}"`,
      ),
    ]),
    ...lines.flatMap(({ points, colour, isMarked }) => [
      `<polyline fill="none" stroke="${colour}" stroke-width="1.8" points="${
        points.map(({ x, y }) => `${atX(x)},${atY(y)}`).join(" ")
      }"/>`,
      ...(isMarked === true ? points : []).map(({ x, y }) =>
        `<circle cx="${atX(x)}" cy="${atY(y)}" r="3.5" fill="${colour}"/>`
      ),
    ]),
  ].join("\n");
}

function legend(lines: readonly Line[]): string[] {
  let at = LEFT;
  return lines.flatMap(({ name, colour }) => {
    const drawn = [
      rule(at, 42, at + 24, 42, `stroke="${colour}" stroke-width="3"`),
      text(at + 30, 46, name),
    ];
    at += 54 + 7.2 * name.length;
    return drawn;
  });
}

/** Ticks at round numbers, some five of them, and where the axis ends. */
function axis(most: number): { ticks: number[]; end: number } {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power *
    ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10);
  const count = Math.floor(most / step * 1.0001);
  const ticks = Array.from(
    { length: count + 1 },
    (_, index) => Number((index * step).toPrecision(6)),
  );
  return { ticks, end: most * 1.02 };
}

function rule(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  more: string,
): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" ${more}/>`;
}

function text(x: number, y: number, words: string, more = ""): string {
  return `<text x="${x}" y="${y}" ${more}>${words}</text>`;
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
